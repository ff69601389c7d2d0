"""Covers: lowering.py

Every layer of keras-layers, with the arguments and inputs that its own tests name.
"""

import importlib.util
from collections import defaultdict
from pathlib import Path

import keras_layers
import numpy as np
import pytest
from keras_conformance import LayerContract
from keras_core import Input, KerasTensor, Model, saving, tree
from keras_layers.catalogue import CATALOGUE
from layer_cases import CASES

TESTS = Path(__file__).parents[3] / "keras-layers" / "tests"
LAYERS = {one for name in CATALOGUE if isinstance(one := getattr(keras_layers, name), type)}  # names share some
APART = {
    "Wrapper": "computes nothing by itself",
}


def loaded(path):
    """A module of tests, beside that which pytest may have loaded, whose registered objects stay."""
    before = dict(saving.get_custom_objects())
    spec = importlib.util.spec_from_file_location(f"of_layers_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name, one in before.items():
        if saving.get_custom_objects().get(name) is not one:
            saving.register_keras_serializable(*name.split(">"))(one)
    return module


def contracts():
    """The cases of each layer, as the tests of keras-layers name them."""
    found = defaultdict(list)
    for path in sorted(TESTS.glob("*/test_*.py")):
        for one in vars(loaded(path)).values():
            if isinstance(one, type) and issubclass(one, LayerContract) and hasattr(one, "layer"):
                found[one.layer] += [case for case in one.cases if not case.call.get("training")]
    return found


CONTRACTS = contracts()


def inputs_of(arrays):
    """Inputs of a model as arrays or shapes say, in their structure."""

    def one(given):
        array = given if isinstance(given, np.ndarray) else np.empty(given, "float32")
        return Input(array.shape[1:], dtype=str(array.dtype))

    return [one(each) for each in arrays] if isinstance(arrays, list) else one(arrays)


def model_of(layer, case):
    """A model of a layer, which takes arrays among the arguments of the call, such as masks, as inputs, too."""
    inputs = inputs_of(case.inputs)
    call = tree.map_structure(lambda one: inputs_of(one) if isinstance(one, np.ndarray) else one, dict(case.call))
    outputs = layer(**case.made())(inputs, **call)
    more = [one for one in tree.flatten(call) if isinstance(one, KerasTensor)]
    model = Model([inputs, more] if more else inputs, outputs)
    rng = np.random.default_rng(0)
    model.set_weights([w + rng.normal(size=w.shape).astype(w.dtype) * 0.1 for w in model.get_weights()])
    return model


@pytest.mark.parametrize("layer", CONTRACTS, ids=lambda layer: layer.__name__)
def test_every_layer_with_the_arguments_of_its_tests(layer, tmp_path):
    """`export` itself compares with `predict`, for two sizes of batch."""
    for case in CONTRACTS[layer]:
        model_of(layer, case).export(tmp_path / "model.onnx")


def test_no_layer_is_left_out():
    compared = {layer for layer, cases in CONTRACTS.items() if cases}
    compared |= {getattr(keras_layers, name.split()[0]) for name in CASES}
    left = {layer.__name__ for layer in LAYERS - compared}
    assert left == APART.keys()


def test_adaptive_pooling_of_unknown_sizes_is_refused(tmp_path):
    inputs = Input((None, None, 3))
    model = Model(inputs, keras_layers.AdaptiveAveragePooling2D(2)(inputs))
    with pytest.raises(ValueError, match=r"adaptive_average_pool.* expected known spatial sizes"):
        model.export(tmp_path / "model.onnx")
