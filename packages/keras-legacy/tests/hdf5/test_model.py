"""Whole models in Keras 2's HDF5 files.

Covers: upgrade.py, downgrade.py, optimizer_state.py, spec.py
"""

import io
import json
import subprocess
import sys

import h5py
import keras_core
import keras_layers as layers
import keras_optimizers as optimizers
import numpy as np
import pytest
from keras_core import Input, Model, Sequential, ops
from keras_core.optimizers import LossScaleOptimizer
from keras_core.saving import (
    FileFormatError,
    deserialize_keras_object,
    file_content,
    load_model,
    model_from_json,
    serialize_keras_object,
)
from keras_legacy.hdf5.downgrade import downgraded, downgraded_model
from keras_legacy.hdf5.layout import Origin
from keras_legacy.hdf5.upgrade import upgraded


def dense(name, units, activation="linear", **more):
    return {"class_name": "Dense", "config": {"name": name, "units": units, "activation": activation, **more}}


def weights_of(*named):
    return [(name, [(f"{name}/{i}:0", array) for i, array in enumerate(arrays)]) for name, arrays in named]


ADAM = {"class_name": "Adam", "config": {"lr": 0.01, "beta_1": 0.9, "beta_2": 0.999, "decay": 0.1, "epsilon": 1e-8}}


class TestReading:
    def test_sequential_with_state(self, write_model, normal):
        kernel, bias = normal(3, 2), normal(2)
        config = {"class_name": "Sequential", "config": [dense("d", 2, batch_input_shape=[None, 3])]}
        training = {"optimizer_config": ADAM, "loss": "mse", "metrics": ["acc"], "loss_weights": None}
        first, second = [normal(3, 2), normal(2)], [normal(3, 2) ** 2, normal(2) ** 2]
        state = [("Adam/iterations:0", np.int64(7))]
        unused = [np.zeros(1, "float32")] * 2
        state += [(f"training/Adam/Variable_{i}:0", a) for i, a in enumerate([*first, *second, *unused])]
        path = write_model(config, weights_of(("d", [kernel, bias])), training, state)
        model = load_model(path)
        np.testing.assert_array_equal(model.get_weights()[0], kernel)
        optimizer = model.optimizer
        assert (
            int(optimizer.iterations.numpy() if hasattr(optimizer.iterations, "numpy") else optimizer.iterations) == 7
        )
        assert optimizer.decay == 0.1
        found = {variable.name.removeprefix(f"{model.name}_"): variable.numpy() for variable in optimizer.variables}
        np.testing.assert_array_equal(found["d_kernel_momentum"], first[0])
        np.testing.assert_array_equal(found["d_bias_velocity"], second[1])
        assert load_model(path, compile=False).optimizer is None

    def test_state_that_does_not_fit(self, write_model, normal):
        config = {"class_name": "Sequential", "config": [dense("d", 2, batch_input_shape=[None, 3])]}
        training = {"optimizer_config": ADAM, "loss": "mse"}
        path = write_model(config, weights_of(("d", [normal(3, 2), normal(2)])), training, [("m:0", normal(5))])
        with pytest.warns(UserWarning, match=r"old.h5.*'adam'.*left out: it has 1 arrays, and the optimizer 4"):
            model = load_model(path)
        assert model.optimizer is not None

    def test_shared_layers_and_models_inside(self, write_model, normal):
        kernel, inner = normal(2, 2), normal(2, 2)
        inside = {"name": "inside", "layers": [dense("e", 2, use_bias=False, batch_input_shape=[None, 2])]}
        inputs = [
            {"name": n, "class_name": "InputLayer", "config": {"batch_input_shape": [None, 2], "name": n}} for n in "ab"
        ]
        shared = {**dense("shared", 2, use_bias=False), "name": "shared"}
        nested = {"name": "inside", "class_name": "Sequential", "config": inside}
        added = {"name": "add", "class_name": "Add", "config": {"name": "add"}}
        config = {
            "name": "m",
            "layers": [
                *({**one, "inbound_nodes": []} for one in inputs),
                {**shared, "inbound_nodes": [[["a", 0, 0, {}]], [["b", 0, 0, {}]]]},
                {**nested, "inbound_nodes": [[["shared", 0, 0, {}]], [["shared", 1, 0, {}]]]},
                {**added, "inbound_nodes": [[["inside", 1, 0, {}], ["shared", 1, 0, {}]]]},
            ],
            "input_layers": [["a", 0, 0], ["b", 0, 0]],
            "output_layers": [["add", 0, 0], ["inside", 2, 0]],
        }
        stored = weights_of(("shared", [kernel]), ("inside", [inner]))
        model = load_model(write_model({"class_name": "Model", "config": config}, stored, version="2.2.4"))
        a, b = normal(3, 2), normal(3, 2)
        one, two = model.predict([a, b], verbose=0)
        np.testing.assert_allclose(one, a @ kernel @ inner + b @ kernel, rtol=1e-5, atol=1e-5)
        np.testing.assert_allclose(two, b @ kernel @ inner, rtol=1e-5, atol=1e-5)

    def test_hard_sigmoid_is_that_of_keras_2(self, write_model):
        layer = {"class_name": "Activation", "config": {"activation": "hard_sigmoid", "batch_input_shape": [None, 3]}}
        config = {"class_name": "Sequential", "config": {"name": "s", "layers": [layer]}}
        x = np.array([[-2.0, 1.0, 2.6]], "float32")
        old = load_model(write_model(config, []))
        np.testing.assert_allclose(old.predict(x, verbose=0), [[0.1, 0.7, 1.0]], atol=1e-6)
        new = load_model(write_model(config, [], version="3.1.0"))
        np.testing.assert_allclose(new.predict(x, verbose=0), x / 6 + 0.5, atol=1e-6)

    def test_keras_1(self, write_model, normal):
        arguments = {"name": "d", "output_dim": 2, "activation": "linear", "batch_input_shape": [None, 3]}
        regularizer = {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.5}
        constraint = {"name": "MaxNorm", "m": 3, "axis": 0}
        config = [
            {"class_name": "Dense", "config": {**arguments, "W_regularizer": regularizer, "W_constraint": constraint}}
        ]
        kernel, bias = normal(3, 2), normal(2)
        path = write_model(
            {"class_name": "Sequential", "config": config}, weights_of(("d", [kernel, bias])), version="1.2.2"
        )
        with pytest.warns(DeprecationWarning):
            model = load_model(path)
        layer = model.layers[0]
        assert layer.kernel_regularizer.l2 == 0.5 and layer.kernel_constraint.max_value == 3
        np.testing.assert_array_equal(model.get_weights()[0], kernel)

    def test_gru_of_keras_2_resets_before(self, write_model, normal):
        layer = {"class_name": "GRU", "config": {"name": "g", "units": 2, "batch_input_shape": [None, 4, 3]}}
        arrays = [normal(3, 6), normal(2, 6), normal(6)]
        config = {"class_name": "Sequential", "config": {"name": "s", "layers": [layer]}}
        model = load_model(write_model(config, weights_of(("g", arrays)), version="2.1.0"))
        assert model.layers[0].reset_after is False

    def test_losses_and_metrics_of_tf_keras(self, write_model, normal):
        config = {"class_name": "Sequential", "config": {"layers": [dense("d", 1, batch_input_shape=[None, 3])]}}
        wrapper = {"class_name": "MeanMetricWrapper", "config": {"name": "wrong", "fn": "mean_absolute_error"}}
        loss = {"class_name": "MeanSquaredError", "config": {"reduction": "auto", "name": "mse", "fn": "mse"}}
        optimizer = {"class_name": "Custom>SGD", "config": {"learning_rate": 0.5, "jit_compile": False, "name": "SGD"}}
        training = {"optimizer_config": optimizer, "loss": loss, "metrics": [[wrapper]]}
        path = write_model(config, weights_of(("d", [normal(3, 1), normal(1)])), training, version="2.15.0")
        model = load_model(path)
        x, y = normal(4, 3), normal(4, 1)
        logs = model.evaluate(x, y, verbose=0, return_dict=True)
        rest = model.predict(x, verbose=0) - y
        np.testing.assert_allclose([logs["loss"], logs["wrong"]], [np.mean(rest**2), np.mean(abs(rest))], rtol=1e-5)

    def test_names_that_are_none(self):
        inner = {"class_name": "Functional", "name": {"a": 1}, "config": {"name": "inner", "layers": []}}
        config = {"name": "m", "layers": [inner], "input_layers": [], "output_layers": []}
        text = json.dumps({"class_name": "Model", "config": config, "keras_version": "2.3.1", "backend": "theano"})
        with pytest.raises(ValueError):
            model_from_json(text)

    def test_code_is_refused(self, write_model):
        code = {"function": ["4wEAAAA=", None, None], "function_type": "lambda", "name": "evil"}
        config = {"class_name": "Sequential", "config": {"layers": [{"class_name": "Lambda", "config": code}]}}
        for safe in (True, False):
            with pytest.raises(ValueError, match="evil"):
                load_model(write_model(config, []), safe_mode=safe)

    def test_sizes_are_not_believed(self, write_model):
        config = {
            "class_name": "Sequential",
            "config": {"layers": [dense("d", 2**30, batch_input_shape=[None, 2**20])]},
        }
        with pytest.raises(ValueError, match="more memory than the weights in the file"):
            load_model(write_model(config, []))

    def test_files_that_hold_no_model(self, write_weights, tmp_path):
        with pytest.raises(FileFormatError, match=r"old.h5.*no model.*load_weights"):
            load_model(write_weights([]))
        h5py.File(tmp_path / "none.h5", "w").close()
        with pytest.raises(FileFormatError, match=r"none.h5.*no model"):
            load_model(tmp_path / "none.h5")


def assert_same(model, other, *inputs):
    for one, two in zip(
        keras_core.tree.flatten(model.predict(list(inputs), verbose=0)),
        keras_core.tree.flatten(other.predict(list(inputs), verbose=0)),
        strict=True,
    ):
        np.testing.assert_allclose(one, two, rtol=1e-6, atol=1e-6)


class TestWriting:
    def test_graph(self, tmp_path, normal):
        a, b = Input((2,), name="a"), Input((2,), name="b")
        shared, inner = layers.Dense(2, name="shared"), Sequential([Input((2,)), layers.Dense(2)], name="inner")
        x = inner(shared(a)) * 2.0
        model = Model([a, b], [layers.Add()([x, shared(b)]), ops.sum(inner(b), axis=-1)])
        model.save(tmp_path / "m.h5")
        assert_same(model, load_model(tmp_path / "m.h5"), normal(3, 2), normal(3, 2))

    def test_layout(self, tmp_path):
        x = Input((4, 3), name="x")
        y, h, c = layers.LSTM(3, return_state=True, return_sequences=True, name="one")(x)
        y = layers.LSTM(3, return_sequences=True, name="two")(y, initial_state=[h, c])
        model = Model(x, layers.MultiHeadAttention(1, 2, name="mha")(y, y))
        model.compile(optimizers.SGD(0.5, momentum=0.9), "mse", metrics=["mae"])
        model.save(tmp_path / "m.h5")
        with h5py.File(tmp_path / "m.h5") as file:
            config = json.loads(file.attrs["model_config"])
            training = json.loads(file.attrs["training_config"])
            assert file.attrs["keras_version"].startswith("2.")
            assert list(file["model_weights"].attrs["layer_names"]) == [b"x", b"one", b"two", b"mha"]
        assert set(config) == {"class_name", "config"} and config["config"]["input_layers"] == [["x", 0, 0]]
        entries = {entry["name"]: entry for entry in config["config"]["layers"]}
        assert entries["x"]["config"]["batch_input_shape"] == [None, 4, 3]
        assert entries["one"]["config"]["dtype"] == "float32" and "seed" not in entries["one"]["config"]
        assert entries["two"]["inbound_nodes"] == [[["one", 0, 0, {}], ["one", 0, 1, {}], ["one", 0, 2, {}]]]
        assert entries["mha"]["inbound_nodes"] == [[["two", 0, 0, {"value": ["two", 0, 0]}]]]
        assert training["optimizer_config"]["class_name"] == "Custom>SGD"
        assert training["loss"] == "mean_squared_error" and training["optimizer_config"]["config"]["momentum"] == 0.9

    def test_losses_are_named_as_upstream_finds_them(self, tmp_path):
        """Keras 3.15 reads "mean_squared_error" and refuses "mse", also in its own files of this kind."""

        def own(y_true, y_pred):
            return y_pred

        x = Input((3,))
        model = Model(x, {name: layers.Dense(1, name=name)(x) for name in ("a", "b", "c", "d")})
        losses = {"a": "mse", "b": None, "c": own, "d": keras_core.losses.Huber(name="mae")}
        model.compile("sgd", losses, metrics={"a": ["mae"]})
        with pytest.warns(UserWarning, match="own"):
            model.save(tmp_path / "m.h5")
        with h5py.File(tmp_path / "m.h5") as file:
            training = json.loads(file.attrs["training_config"])
        assert training["loss"]["a"] == "mean_squared_error" and training["loss"]["b"] is None
        assert training["loss"]["c"] == "own" and training["loss"]["d"]["config"]["name"] == "mae"
        assert training["metrics"] == {"a": ["mae"]}  # whose name is in the logs

    @pytest.mark.parametrize(
        ("layer", "known", "unknown"),
        [
            (layers.LeakyReLU(0.2), {"alpha": pytest.approx(0.2)}, {"negative_slope"}),
            (layers.ConvLSTM2D(2, 3), {"filters": 2}, {"seed"}),
            (layers.ZeroPadding1D(2), {"padding": [2, 2]}, {"data_format"}),
            (layers.Lambda(ops.square), {"function": "square", "output_shape": None}, set()),
        ],
    )
    def test_arguments_are_those_of_keras_2(self, layer, known, unknown):
        """By the signatures of tf.keras 2.15."""
        config = downgraded(serialize_keras_object(layer))["config"]
        assert {key: config[key] for key in known} == known and not unknown & config.keys()
        again = upgraded({"class_name": type(layer).__name__, "config": config}, Origin.told("2.15.0", "tensorflow"))
        made = deserialize_keras_object({**again, "module": "keras.layers"}, custom_objects={"square": ops.square})
        assert made.get_config() == layer.get_config()

    def test_optimizer_state(self, tmp_path):
        model = Sequential([Input((3,)), layers.Dense(2, name="d")])
        model.compile(optimizers.RMSprop(0.1, momentum=0.9), "mse")
        model.optimizer.build(model.trainable_variables)
        for number, variable in enumerate(model.optimizer.variables):
            if variable.name != "learning_rate":
                variable.assign(np.full(variable.shape, number + 3, variable.dtype))
        model.save(tmp_path / "m.h5")
        other = load_model(tmp_path / "m.h5")
        for one, two in zip(model.optimizer.variables, other.optimizer.variables, strict=True):
            np.testing.assert_array_equal(one.numpy(), two.numpy())
        model.save(tmp_path / "n.h5", include_optimizer=False)
        assert load_model(tmp_path / "n.h5").optimizer is None

    def test_layers_inside_of_others_say_where_they_are(self):
        """As tf.keras 2.12 and later and Keras 3 write them, which the latter needs."""
        config = downgraded(serialize_keras_object(layers.TimeDistributed(layers.Dense(2, bias_initializer="ones"))))
        inner = config["config"]["layer"]
        assert (inner["module"], inner["class_name"], inner["registered_name"]) == ("keras.layers", "Dense", None)
        assert inner["config"]["bias_initializer"]["module"] == "keras.initializers"

    def test_a_layer_of_keras_3_alone_is_called_as_there(self, tmp_path):
        """Keras 3.15 finds it by the name of its class, and builds it for the shapes of a call of its own form."""
        x = Input((4, 6), name="x")
        model = Model(x, layers.GroupQueryAttention(2, 4, 2, name="g")(x, x))
        model.save(tmp_path / "m.h5")
        with h5py.File(tmp_path / "m.h5") as file:
            entries = {one["name"]: one for one in json.loads(file.attrs["model_config"])["config"]["layers"]}
        assert entries["g"]["class_name"] == "GroupedQueryAttention"
        assert [len(call["args"]) for call in entries["g"]["inbound_nodes"]] == [2]
        assert_same(model, load_model(tmp_path / "m.h5"), np.ones((2, 4, 6), "float32"))

    def test_momenta_that_are_not_used(self, tmp_path):
        """SGD writes them since tf.keras 2.11, whatever its momentum."""
        model = Sequential([Input((3,)), layers.Dense(2, name="d")])
        model.compile(optimizers.SGD(0.1), "mean_squared_error")
        model.save(tmp_path / "m.h5")
        with h5py.File(tmp_path / "m.h5", "r+") as file:
            group = file.create_group("optimizer_weights")
            arrays = {"iteration:0": np.asarray(7), "SGD/m/d/kernel:0": np.zeros((3, 2)), "SGD/m/d/bias:0": np.zeros(2)}
            for name, value in arrays.items():
                group[name] = value
            group.attrs["weight_names"] = [name.encode() for name in arrays]
        assert int(load_model(tmp_path / "m.h5").optimizer.iterations.numpy()) == 7  # and no warning

    def test_state_of_an_optimizer_that_scales_the_loss(self, tmp_path):
        """As Keras 3.15 writes it: first the state of what scales, then that of the optimizer inside."""
        model = Sequential([Input((3,)), layers.Dense(2, name="d")])
        model.compile(LossScaleOptimizer(optimizers.SGD(0.1, momentum=0.9)), "mean_squared_error")
        model.save(tmp_path / "m.h5")
        outer = {"iteration": 0, "learning_rate": 0.0, "step_counter": 7, "dynamic_scale": 512.0}
        momenta = {"kernel": np.full((3, 2), 3.0, "float32"), "bias": np.full(2, 4.0, "float32")}
        with h5py.File(tmp_path / "m.h5", "r+") as file:
            group = file.create_group("optimizer_weights")
            arrays = {f"loss_scale_optimizer/{name}": np.asarray(value) for name, value in outer.items()}
            arrays |= {"sgd/iteration": np.asarray(7), "sgd/learning_rate": np.float32(0.1)}
            arrays |= {f"sgd/sequential_d_{name}_momentum": value for name, value in momenta.items()}
            for name, value in arrays.items():
                group[name] = value
            group.attrs["weight_names"] = [name.encode() for name in arrays]
        loaded = load_model(tmp_path / "m.h5").optimizer
        assert (int(loaded.step_counter.numpy()), float(loaded.dynamic_scale.numpy())) == (7, 512.0)
        inner = loaded.inner_optimizer
        assert int(inner.iterations.numpy()) == 7
        for found, value in zip(inner.variables[-2:], momenta.values(), strict=True):
            np.testing.assert_array_equal(found.numpy(), value)

    def test_the_meaning_of_hard_sigmoid_is_kept(self, tmp_path, normal):
        model = Sequential([Input((3,)), layers.Activation("hard_sigmoid")])
        model.save(tmp_path / "m.h5")
        assert_same(model, load_model(tmp_path / "m.h5"), normal(4, 3))


@pytest.mark.parametrize("holds", ["model", "weights"])
def test_what_a_file_says_of_itself(tmp_path, holds):
    model = Sequential([Input((4,)), layers.Dense(3, name="first"), layers.Dense(2, name="second")])
    path = tmp_path / "saved.h5"
    model.save(path) if holds == "model" else model.save_weights(path)
    with file_content(path) as content:
        assert (content.spec.holds, content.config is None) == (holds, holds == "weights")
        assert content.origin["keras_version"].startswith("2.")
        found = {weight.path: (weight.layer, weight.shape) for weight in content.arrays()}
    assert found == {
        "first/first/kernel:0": ("first", (4, 3)),
        "first/first/bias:0": ("first", (3,)),
        "second/second/kernel:0": ("second", (3, 2)),
        "second/second/bias:0": ("second", (2,)),
    }


def merged(mode):
    """A model of Keras 1 that merges two inputs."""
    arguments = {"name": "m", "mode": mode, "mode_type": "raw", "concat_axis": -1, "dot_axes": -1, "arguments": {}}
    arguments |= {"output_shape": None, "output_shape_type": "raw", "output_mask": None, "output_mask_type": "raw"}
    inputs = [
        {
            "class_name": "InputLayer",
            "name": name,
            "config": {"name": name, "batch_input_shape": [None, 3], "input_dtype": "float32", "sparse": False},
            "inbound_nodes": [],
        }
        for name in ("a", "b")
    ]
    merge = {"class_name": "Merge", "name": "m", "config": arguments, "inbound_nodes": [[["a", 0, 0], ["b", 0, 0]]]}
    config = {"name": "model_1", "layers": [*inputs, merge]}
    config |= {"input_layers": [["a", 0, 0], ["b", 0, 0]], "output_layers": [["m", 0, 0]]}
    return {"class_name": "Model", "keras_version": "1.2.2", "config": config}


class TestConfigsAlone:
    """`model_from_json` reads the dialects, too, where the config says which Keras wrote it."""

    def test_keras_1(self):
        config = {
            "class_name": "Sequential",
            "keras_version": "1.2.2",
            "config": [
                {
                    "class_name": "Dense",
                    "config": {
                        "name": "d",
                        "output_dim": 2,
                        "init": "uniform",
                        "activation": "hard_sigmoid",
                        "batch_input_shape": [None, 3],
                        "input_dim": 3,
                        "W_regularizer": {"name": "WeightRegularizer", "l1": 0.0, "l2": 0.5},
                        "b_regularizer": None,
                        "bias": True,
                    },
                }
            ],
        }
        with pytest.warns(DeprecationWarning, match="is a Keras 1 argument"):
            model = model_from_json(json.dumps(config))
        model.set_weights([np.full((3, 2), 1.0), np.zeros(2)])
        np.testing.assert_allclose(np.asarray(model(np.array([[0.5, 0.25, 0.25]], "float32"))), [[0.7, 0.7]], rtol=1e-6)
        assert float(model.layers[0].kernel_regularizer.l2) == 0.5

    @pytest.mark.parametrize(
        ("mode", "function"),
        [
            ("sum", np.add),
            ("mul", np.multiply),
            ("ave", lambda a, b: (a + b) / 2),
            ("max", np.maximum),
            ("concat", lambda a, b: np.concatenate([a, b], -1)),
            ("dot", lambda a, b: (a * b).sum(-1, keepdims=True)),
            ("cos", lambda a, b: (a * b).sum(-1, keepdims=True) / np.sqrt((a**2).sum(-1) * (b**2).sum(-1))[:, None]),
        ],
    )
    def test_merge_of_keras_1(self, normal, mode, function):
        a, b = normal(2, 3), normal(2, 3)
        model = model_from_json(json.dumps(merged(mode)))
        np.testing.assert_allclose(np.asarray(model([a, b])), function(a, b), rtol=1e-5)

    def test_a_merge_that_is_not_read(self):
        for changes, message in (
            ({"mode": "lambda x: x", "mode_type": "lambda"}, "layer 'm' is a Merge .* code in a file is never run"),
            ({"mode": ["sum"]}, "layer 'm' is a Merge"),
            ({"layers": [{}]}, "with layers of its own"),
        ):
            config = merged("sum")
            config["config"]["layers"][2]["config"].update(changes)
            with pytest.raises(FileFormatError, match=message):
                model_from_json(json.dumps(config))

    @pytest.mark.parametrize(("version", "reset_after"), [("2.3.1", False), ("2.5.0", True), (None, True), (3, False)])
    def test_defaults_that_were_not_written(self, version, reset_after):
        config = {
            "class_name": "Sequential",
            "config": [{"class_name": "GRU", "config": {"name": "g", "units": 2, "batch_input_shape": [None, 4, 3]}}],
        }
        model = model_from_json(json.dumps(config | ({} if version is None else {"keras_version": version})))
        assert model.layers[0].reset_after is reset_after


def test_hard_sigmoid_of_keras_2_is_found_in_a_new_process(write_model, normal, tmp_path):
    config = {"class_name": "Sequential", "config": [dense("d", 2, "hard_sigmoid", batch_input_shape=[None, 3])]}
    model = load_model(write_model(config, weights_of(("d", [normal(3, 2), normal(2)]))))
    model.save(tmp_path / "m.keras")
    x = normal(4, 3)
    np.save(tmp_path / "x.npy", x)
    program = (
        "import sys, numpy as np, keras_core\n"
        "assert not any(name.startswith('keras_legacy') for name in sys.modules)\n"
        f"model = keras_core.saving.load_model(r'{tmp_path / 'm.keras'}')\n"
        f"np.save(r'{tmp_path / 'y.npy'}', np.asarray(model(np.load(r'{tmp_path / 'x.npy'}'))))\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
    kernel, bias = model.get_weights()
    np.testing.assert_allclose(np.load(tmp_path / "y.npy"), np.clip(0.2 * (x @ kernel + bias) + 0.5, 0, 1), rtol=1e-5)


class TestPlaces:
    """Keras 2 saved models to groups of open HDF5 files, and to open files."""

    def test_a_group_and_an_open_file(self, normal, tmp_path):
        model = Sequential([Input((3,)), layers.Dense(2, name="d")])
        model.set_weights([normal(3, 2), normal(2)])
        x = normal(4, 3)
        with h5py.File(tmp_path / "many.h5", "w") as file:
            model.save(file.create_group("one"))
            keras_core.saving.save_model(model, file.create_group("two"), include_optimizer=False)
            found = [load_model(file["one"]), load_model(file["two"])]
            assert file["one"].attrs["model_config"]
        stream = io.BytesIO()
        model.save(stream, save_format="h5")
        assert stream.getvalue().startswith(b"\x89HDF")
        found.append(load_model(stream.getvalue()))
        with open(tmp_path / "named.h5", "wb") as file:
            model.save(file)
        found.append(load_model(tmp_path / "named.h5"))
        model.save(tmp_path / "unnamed", save_format="h5")
        found.append(load_model(tmp_path / "unnamed"))
        for one in found:
            np.testing.assert_allclose(np.asarray(one(x)), np.asarray(model(x)), rtol=1e-6)

    def test_weights(self, normal, tmp_path):
        model, other = (Sequential([Input((3,)), layers.Dense(2, name="d")]) for _ in range(2))
        model.save_weights(tmp_path / "weights", save_format="h5")
        with h5py.File(tmp_path / "weights") as file:
            assert file.attrs["layer_names"][0] == b"d"
            other.load_weights(file)
        np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])


@pytest.mark.needs_train
def test_nadam_goes_on_as_if_nothing_had_been(normal, tmp_path):
    x, y = normal(8, 3), normal(8, 2)
    model = Sequential([Input((3,)), layers.Dense(2, name="d")])
    model.compile(optimizers.Nadam(0.01), "mse")
    model.fit(x, y, epochs=3, batch_size=8, verbose=0)
    model.save(tmp_path / "m.h5")
    other = load_model(tmp_path / "m.h5")
    losses = [m.fit(x, y, epochs=3, batch_size=8, verbose=0).history["loss"] for m in (model, other)]
    np.testing.assert_allclose(*losses, rtol=1e-5)


def test_configs_of_models_in_a_sequential_are_those_of_keras_2():
    """A functional model in a Sequential in a functional model; a Lambda; what tf.keras has no argument for."""
    start = Input((3,), name="start")
    block = Model(start, layers.LayerNormalization(name="norm")(start), name="block")
    middle = Sequential([Input((3,)), block, layers.Lambda(abs, name="lambda")], name="middle")
    outer = Input((3,), name="outer")
    model = Model(outer, middle(outer), name="graph")
    config = downgraded_model(model, serialize_keras_object(model))
    inner = next(one for one in config["config"]["layers"] if one["name"] == "middle")["config"]["layers"]
    entries = next(one for one in inner if one["config"]["name"] == "block")["config"]["layers"]
    assert [entry["name"] for entry in entries] == ["start", "norm"]
    assert entries[1]["inbound_nodes"] == [[["start", 0, 0, {}]]] and "rms_scaling" not in entries[1]["config"]
    assert inner[-1]["config"]["function_type"] == "function"
