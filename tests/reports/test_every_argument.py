"""Every argument of a public class is an attribute of its objects, stands in the config, and comes back from it."""

import collections
import functools
import inspect
import re

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import callbacks, constraints, initializers, layers, losses, metrics, optimizers, regularizers  # noqa: E402


@keras.saving.register_keras_serializable("every_argument")
def distance(y_true, y_pred):
    return y_pred - y_true


@keras.saving.register_keras_serializable("every_argument")
def doubled(x):
    return 2 * x


def native_optimizer():
    """An optimizer of the backend's framework."""
    match keras.config.backend():
        case "tensorflow":
            import tensorflow as tf

            return tf.compat.v1.train.GradientDescentOptimizer(0.1)
        case "torch":
            import torch

            return functools.partial(torch.optim.SGD, lr=0.1)
        case "jax":
            transformation = collections.namedtuple("transformation", "init update")
            return transformation(lambda params: (), lambda updates, state, params=None: (updates, state))
        case backend:
            pytest.skip(f"{backend} has no optimizers of its own")


MODULES = {
    "layers": layers,
    "losses": losses,
    "metrics": metrics,
    "callbacks": callbacks,
    "optimizers": optimizers,
    "schedules": optimizers.schedules,
    "initializers": initializers,
    "regularizers": regularizers,
    "constraints": constraints,
}
# What every class of the kind takes, with its default.
COMMON = {
    "layers": {"name": None, "trainable": True, "dtype": None, "activity_regularizer": None, "autocast": True},
    "losses": {"name": None, "reduction": "sum_over_batch_size", "dtype": None},
    "metrics": {"name": None, "dtype": None},
    "optimizers": {
        name: parameter.default
        for name, parameter in inspect.signature(optimizers.Optimizer).parameters.items()
        if parameter.kind is not parameter.VAR_KEYWORD
    },
}
# Arguments without which nothing is made. Of one class: under its name.
REQUIRED = {
    **{"units": 4, "filters": 4, "kernel_size": 3, "rate": 0.25, "activation": "relu", "n": 2, "input_dim": 5},
    **{"stddev": 0.5, "schedule": lambda epoch, rate: rate},
    **{"output_dim": 3, "dims": (1, 2), "target_shape": (2, -1), "num_heads": 4, "key_dim": 3, "num_classes": 3},
    **{"head_dim": 2, "num_query_heads": 4, "num_key_value_heads": 2, "fn": distance, "factor": 0.1, "size": (2, 2)},
    **{"target_class_ids": [0], "precision": 0.5, "recall": 0.5, "sensitivity": 0.5, "specificity": 0.5},
    **{"initial_learning_rate": 0.1, "decay_steps": 10, "decay_rate": 0.9, "first_decay_steps": 5, "target": 10},
    **{"boundaries": [10], "values": [1.0, 0.5], "filepath": "model.keras", "filename": "log.csv"},
    **{"function": doubled, "equation": "abc,cd->abd", "axes": 1, "normalizer": [1.0], "learning_rate": 0.1},
    "layer": lambda: layers.LSTM(3, return_sequences=True),
    "cell": lambda: layers.LSTMCell(3),
    "cells": lambda: [layers.LSTMCell(3), layers.LSTMCell(2)],
    "inner_optimizer": lambda: optimizers.SGD(),
    **{"output_size": 2, "num_bins": 5, "height": 4, "width": 4, "height_factor": 0.1, "width_factor": 0.1},
    **{
        "max_number": 3,
        "scale": 0.5,
        "value": 0.5,
        "backup_dir": "backup",
        "directory": "run",
        "optimizer": native_optimizer,
    },
    "layers": lambda: [layers.Rescaling(0.5)],
    "default_optimizer": lambda: optimizers.SGD(),
    "optimizer_map": lambda: optimizers.OptimizerMap(optimizers.SGD()),
    "CategoryEncoding": {"num_tokens": 4},
    "Discretization": {"bin_boundaries": [0.0, 1.0]},
    "EinsumDense": {"output_shape": (None, 5)},
    "InputLayer": {"shape": (3,)},
    "RandomPosterization": {"factor": 4},
    "Reduce": {"reduction": "weighted_mean", "name": "reduced"},
}
# Another value than the default (or than that above), where none can be told from it.
OTHER = {
    **{"noise_shape": (2, 1), "score_mode": "concat", "strides": 3, "merge_mode": "sum", "bias_axes": "d"},
    **{"equation": "abc,cd->abd", "output_shape": (None, 7), "flash_attention": False, "sliding_window": 3},
    **{"batch_size": 3, "value_dim": 5, "attention_axes": (1,), "shared_axes": [1], "max_value": 6.0},
    **{"interpolation": "nearest", "reduction": "sum", "ignore_class": 1, "thresholds": [0.25, 0.75]},
    **{"num_labels": None, "curve": "PR", "summation_method": "minoring", "average": "macro", "threshold": 0.25},
    **{"target_class_ids": [0, 1], "normalizer": [2.0, 3.0], "top_k": 2, "class_id": 1, "filename": "other.csv"},
    **{"separator": ";", "monitor": "val_accuracy", "mode": "max", "baseline": 0.5, "filepath": "{epoch}.keras"},
    **{"save_freq": 5, "initial_value_threshold": 0.5, "stateful_metrics": {"loss"}, "unit_name": "sample"},
    **{"stateless_metrics": {"accuracy"}, "display": "log", "count_mode": "samples", "weight_decay": 0.01},
    **{"clipnorm": 1.0, "clipvalue": 1.0, "global_clipnorm": 1.0, "ema_overwrite_frequency": 3},
    **{"loss_scale_factor": 2.0, "gradient_accumulation_steps": 2, "warmup_target": 0.5, "l": 0.5},
    **{"boundaries": [20], "values": [2.0, 1.0], "side": "imag", "window": "hamming", "scaling": "spectrum"},
    **{"distribution": "uniform", "fn": losses.mean_squared_error, "data_format": "channels_first"},
    **{"class_aggregation": "variance_weighted_average", "arguments": {}, "mask": doubled, "function": distance},
    **{"input_axes": (0,), "output_axes": (1,), "dims": (2, 1), "output_padding": 1, "batch_shape": (None, 5)},
    **{"schedule": lambda epoch, rate: rate / 2, "epsilon": 0.5, "callbacks": [callbacks.History()]},
    **{"layer": lambda: layers.GRU(4), "cell": lambda: layers.GRUCell(4), "cells": lambda: [layers.GRUCell(4)]},
    "backward_layer": lambda: layers.LSTM(4, go_backwards=True, return_sequences=True),
    "inner_optimizer": lambda: optimizers.Adam(),
    **{"output_mode": "multi_hot", "max_tokens": 9, "num_bins": 3},
    **{"standardize": "lower", "split": "character", "ngrams": 2, "output_sequence_length": 3, "oov_token": "other"},
    **{"reverse_dtype": "float64", "logit_soft_cap": 3.0, "salt": 3},
    **{"mask_token": "none", "mask_value": "gone", "bounding_box_format": "xyxy", "fill_mode": "wrap"},
    **{"frame_step": 100, "fft_length": 512, "sequence_length": 400, "max_freq": 4000, "max_to_keep": 2},
    **{"brightness_factor": 0.2, "contrast_factor": 0.2, "saturation_factor": 0.2, "hue_factor": 0.2},
    **{"root": "https://localhost", "path": "/epochs", "field": "logs", "headers": {"user": "me"}},
    **{
        "backup_dir": "other",
        "directory": "run",
        "log_dir": "other",
        "update_freq": 3,
        "embeddings_metadata": "words.tsv",
    },
    **{"embeddings_layer_names": ["words"], "embeddings_data": np.zeros(2), "optimizer": native_optimizer},
    **{"exclude_layers": ["head"], "lora_rank": 2, "lora_alpha": 3.0, "renorm_clipping": {"rmax": 3.0}},
    "layers": lambda: [layers.Rescaling(0.5), layers.CenterCrop(2, 2)],
    "default_optimizer": lambda: optimizers.Adam(),
    "optimizer_map": lambda: {"head": optimizers.Adam()},
    "CategoryEncoding": {"output_mode": "count"},
    "Discretization": {"bin_boundaries": [0.0, 2.0]},
    "Masking": {"mask_value": 2.0},
    "IntegerLookup": {"mask_token": 0, "oov_token": -2, "vocabulary_dtype": "int32"},
    "AUC": {"num_labels": 3, "label_weights": [1.0, 2.0], "thresholds": [0.0, 0.5, 1.0]},
    "BaseImagePreprocessingLayer": {"factor": 0.5},
    "BinaryIoU": {"target_class_ids": [1]},
    "Conv1D": {"padding": "causal"},
    "Cropping2D": {"cropping": ((1, 2), (3, 4))},
    "Cropping3D": {"cropping": ((1, 2), (3, 4), (5, 6))},
    "Dice": {"axis": (1, 2)},
    "EinsumDense": {"equation": "abcd,de->abce", "output_shape": (None, None, 7)},
    "GroupedQueryAttention": {"num_query_heads": 6, "num_key_value_heads": 1},
    "HashedCrossing": {"output_mode": "one_hot"},
    "InputLayer": {"shape": (5,), "sparse": True},
    "Lambda": {"output_shape": (3,), "arguments": {"scale": 2}},
    "MeanTensor": {"shape": (3,)},
    "MelSpectrogram": {"fft_length": 1024},
    "MultiHeadAttention": {"output_shape": (3,)},
    "MultiOptimizer": {"optimizer_map": lambda: optimizers.OptimizerMap(optimizers.Adam())},
    "OrthogonalRegularizer": {"mode": "columns"},
    "RandomErasing": {"fill_value": 7},
    "RandomFlip": {"mode": "horizontal"},
    "RandomGaussianBlur": {"kernel_size": 5},
    "RandomZoom": {"width_factor": 0.2},
    "STFTSpectrogram": {"mode": "psd"},
    "Tversky": {"axis": (1, 2)},
    "UpSampling2D": {"interpolation": "bilinear"},
    "VarianceScaling": {"mode": "fan_out"},
    "ZeroPadding1D": {"padding": (1, 2)},
    "ZeroPadding2D": {"padding": ((1, 2), (3, 4))},
    "ZeroPadding3D": {"padding": ((1, 2), (3, 4), (5, 6))},
}
# Arguments that another one needs beside it.
BESIDE = {
    "input_axes": {"output_axes": (1,)},
    "output_axes": {"input_axes": (0,)},
    "output_padding": {"strides": 2},
    "pad_to_max_tokens": {"output_mode": "multi_hot", "max_tokens": 9},
    "Discretization.num_bins": {"bin_boundaries": None},
    "AUC.label_weights": {"multi_label": True},
    "AUC.num_labels": {"multi_label": True},
    "sparse": {"output_mode": "one_hot"},
    "lora_alpha": {"lora_rank": 2},
    "InputLayer.sparse": {},
    "TextVectorization.sparse": {"output_mode": "multi_hot"},
    "ModelCheckpoint.max_to_keep": {"filepath": "{epoch}.keras"},
    "LocallyConnected1D.padding": {"implementation": 2},
    "LocallyConnected2D.padding": {"implementation": 2},
    "EinsumDense.equation": {"output_shape": (None, None, 7)},
    "EinsumDense.output_shape": {"equation": "abcd,de->abce"},
}
# Arguments that are no attribute of their own, and why.
NOT_SWEPT = {
    "weights": "they are the layer's variables, and no part of a config",
    "input_tensor": "it is the layer's output",
    "input_shape": "Keras 2's name of an argument that is swept",
    "batch_input_shape": "Keras 2's name of an argument that is swept",
    "input_dtype": "Keras 2's name of an argument that is swept",
    "encoding": "UTF-8 is the only value",
    "oov_method": "there is only one",
    "IntegerLookup.salt": "None is the only value",
    "StringLookup.salt": "None is the only value",
    "ActivityRegularization.activity_regularizer": "the layer makes it of l1 and l2",
    "Discretization.trainable": "upstream's takes none, so configs name none, and there is nothing to train",
    "InputLayer.ragged": "False is the only value",
    "InputLayer.trainable": "the layer has nothing to train",
    "InputLayer.activity_regularizer": "inputs are not penalized",
    "InputLayer.autocast": "inputs keep their dtype",
    "AUC.thresholds": "the attribute has the ends, 0 and 1, too",
    "vocabulary": "get_vocabulary() tells it",
    "idf_weights": "they belong to the vocabulary, which is no attribute",
    "Normalization.mean": "it is input_mean, as upstream; mean is what the built layer subtracts",
    "Normalization.variance": "it is input_variance, as upstream",
    "CallbackList.model": "a model is no argument to compare",
    "NativeOptimizer.learning_rate": "the framework's optimizer has it",
    "NativeOptimizer.weight_decay": "the framework's optimizer has it",
    "Resizing.fill_mode": "there is only one",
}
# Classes without a config, and why.
NO_CONFIG = {"NativeOptimizer": "the framework's optimizer cannot be made from one"}
# How a config spells an argument.
IN_CONFIG = {"InputLayer.shape": "batch_shape", "InputLayer.batch_size": "batch_shape", "L1.l": "l1", "L2.l": "l2"}
# Where ranges up to a number begin that do not begin with its negative.
LEAST = (0, 1)
MADE_ANEW = ("layer", "backward_layer", "cell", "cells", "layers")
MADE_ANEW += ("optimizer", "inner_optimizer", "default_optimizer", "optimizer_map")


def _classes():
    for kind, module in MODULES.items():
        for name in dir(module):
            found = getattr(module, name)
            if inspect.isclass(found) and found.__name__ == name and found is not layers.InputSpec:
                yield pytest.param(kind, found, id=f"{kind}.{name}")


def _given(table, cls, argument, default):
    own = table.get(cls.__name__, {})
    value = own[argument] if argument in own else table.get(argument, default)
    return value() if argument in MADE_ANEW and callable(value) else value


def _arguments(kind, cls):
    """The class's arguments with their defaults, and those of every class of the kind."""
    parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
    named = [one for one in parameters if one.kind not in (one.VAR_POSITIONAL, one.VAR_KEYWORD)]
    found = {one.name: one.default for one in named}
    if len(named) < len(parameters) and cls is not optimizers.LossScaleOptimizer:  # whose inner one has them
        found = {**COMMON.get(kind, {}), **found}
    return {name: default for name, default in found.items() if not {name, f"{cls.__name__}.{name}"} & NOT_SWEPT.keys()}


def _required(cls, arguments):
    names = [name for name, default in arguments.items() if default is inspect.Parameter.empty]
    names += [name for name in REQUIRED.get(cls.__name__, {}) if name not in names]
    missing = [name for name in names if _given(REQUIRED, cls, name, None) is None]
    assert not missing, f"give {cls.__name__} a value of {missing} in REQUIRED"
    return {name: _given(REQUIRED, cls, name, None) for name in names}


def _another(cls, argument, value):
    """Another value than `value`, from OTHER or as its kind tells."""
    other = _given(OTHER, cls, argument, None)
    if other is not None:
        return other
    for ending, name in (("initializer", "ones"), ("_regularizer", "l2"), ("_constraint", "non_neg")):
        if argument.endswith(ending):
            return name if value != name else "zeros"
    if argument.startswith("on_"):
        return lambda *_: None
    fixed = {"name": "given", "seed": 7, "dtype": "float64", "activation": "softsign", "padding": "same"}
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, float):
        return value / 2 + 0.01
    if isinstance(value, tuple) and all(isinstance(item, (int, float)) for item in value):
        return tuple(_another(cls, f"{argument}[{place}]", item) for place, item in enumerate(value))
    ending = argument.removeprefix("recurrent_")
    assert ending in fixed, f"give {cls.__name__} another value of {argument} in OTHER"
    return fixed[ending]


def _stands_for(given, found):
    """Whether an attribute is what was given, or the object, the numbers or the tuple that it stands for."""
    if given is found or (callable(given) and given == found):
        return True
    if isinstance(given, str):
        name = getattr(found, "__name__", None) or type(found).__name__
        return found == given or name.lower().replace("_", "") in (given.replace("_", ""), "l1l2")
    if isinstance(given, (bool, int, float)):
        if isinstance(found, (list, tuple)):
            is_range = not isinstance(given, bool) and len(found) == 2 and found[0] in (-given, *LEAST)
            return (is_range and found[1] == given) or all(_stands_for(given, item) for item in found)
        return np.allclose(keras.ops.convert_to_numpy(found), given)
    if isinstance(given, (list, tuple)) and isinstance(found, (list, tuple)):
        return len(given) == len(found) and all(map(_stands_for, given, found))
    if hasattr(given, "get_config"):
        config = found.get_config()
        return {**config, "name": None} == {**given.get_config(), "name": None, **_changed_by_wrapper(config)}
    if isinstance(given, dict) and isinstance(found, dict):
        return given.keys() == found.keys() and all(_stands_for(given[key], found[key]) for key in given)
    return bool(np.all(given == found))


def _changed_by_wrapper(config):
    """What Bidirectional decides about the layers that it copies."""
    return {name: config[name] for name in ("zero_output_for_mask",) if name in config}


@pytest.mark.filterwarnings("ignore:TensorBoard. .* does nothing:UserWarning")
@pytest.mark.parametrize(("kind", "cls"), list(_classes()))
def test_an_argument_is_an_attribute_and_in_the_config(kind, cls):
    arguments = _arguments(kind, cls)
    required = _required(cls, arguments)
    if cls.__name__ in NO_CONFIG:
        with pytest.raises(NotImplementedError):
            cls(**required).get_config()
    has_config = kind != "callbacks" and cls.__name__ not in NO_CONFIG
    plain = cls(**required).get_config() if arguments and has_config else {}
    for argument, default in arguments.items():
        key = f"{cls.__name__}.{argument}"
        value = _another(cls, argument, required.get(argument, default))
        given = {**required, **BESIDE.get(key, BESIDE.get(argument, {})), argument: value}
        made = cls(**given)
        assert _stands_for(value, getattr(made, argument)), f"{key} is {getattr(made, argument)!r}, given {value!r}"
        if not has_config:
            continue
        config = made.get_config()
        spelled = IN_CONFIG.get(key, argument)
        assert spelled in config, f"{key} is not in the config"
        assert config[spelled] != plain.get(spelled), f"the config has another {key} than was given"
        again = cls.from_config(config)
        assert again.get_config() == config
        assert _stands_for(value, getattr(again, argument)), f"{key} is lost by from_config"


def _has_name(cls):
    name = inspect.signature(cls.__init__).parameters.get("name")
    return name is not None and name.default is not name.empty and cls.__name__ not in NO_CONFIG


@pytest.mark.parametrize(("kind", "cls"), [one for one in _classes() if _has_name(one.values[1])])
def test_a_name_may_be_none(kind, cls):
    """As files of tf.keras have it, and wrappers that pass their own argument on."""
    required = _required(cls, _arguments(kind, cls))
    plain, made = cls(**required), cls(**{**required, "name": None})
    assert re.sub(r"_\d+$", "", made.name) == re.sub(r"_\d+$", "", plain.name)


def test_old_names_are_attributes():
    assert layers.LeakyReLU(alpha=0.2).alpha == layers.LeakyReLU(0.2).negative_slope == 0.2
    embedding = layers.Embedding(5, 2, input_length=4)
    assert embedding.input_length == layers.Embedding.from_config(embedding.get_config()).input_length == 4
    assert "input_length" not in layers.Embedding(5, 2).get_config()
    both = layers.Bidirectional(layers.LSTM(3))
    assert both.layer is both.forward_layer
    optimizer = optimizers.SGD(lr=0.5, decay=0.25)
    assert float(keras.ops.convert_to_numpy(optimizer.lr)) == 0.5 and optimizer.decay == 0.25
    watching = callbacks.ReduceLROnPlateau(epsilon=0.5)
    assert watching.min_delta == watching.epsilon == 0.5
    zoom, shift = layers.RandomZoom(0.2, [0.1, 0.3]), layers.RandomTranslation([-0.1, 0.2], 0.3)
    assert (zoom.height_lower, zoom.height_upper, zoom.width_lower, zoom.width_upper) == (-0.2, 0.2, 0.1, 0.3)
    assert (shift.height_lower, shift.height_upper, shift.width_lower, shift.width_upper) == (-0.1, 0.2, -0.3, 0.3)


def test_an_assigned_min_delta_counts():
    stopping = callbacks.EarlyStopping("loss", patience=1)
    stopping.set_model(keras.Sequential([layers.Dense(1)]))
    stopping.min_delta = 0.5
    stopping.on_train_begin()
    for epoch, loss in enumerate((3.0, 2.75)):
        stopping.on_epoch_end(epoch, {"loss": loss})
    assert stopping.stopped_epoch == 1
    stopping.min_delta = 0.1
    stopping.on_train_begin()
    for epoch, loss in enumerate((3.0, 2.75)):
        stopping.on_epoch_end(epoch, {"loss": loss})
    assert stopping.stopped_epoch == 0


def test_the_output_shape_is_the_argument_until_there_is_an_output():
    x = keras.Input((2, 4))
    for layer in (
        layers.EinsumDense("abc,cd->abd", (None, 3)),
        layers.Lambda(lambda value: keras.ops.expand_dims(value, 1), output_shape=(1, 2, 4)),
    ):
        assert layer.output_shape in ((None, 3), (1, 2, 4))
        assert layer(x).shape == layer.output_shape
    attention = layers.MultiHeadAttention(2, 3, output_shape=5)
    assert attention.output_shape == (5,) and attention(x, x).shape == attention.output_shape == (None, 2, 5)
