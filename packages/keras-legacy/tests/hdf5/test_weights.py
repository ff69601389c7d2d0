"""Files of weights in Keras 2's layout, read and written."""

import warnings

import h5py
import keras_layers as layers
import numpy as np
import pytest
from keras_core import Input, Layer, Model, Sequential
from keras_core.saving import FileFormatError


def body_and_top(top=2):
    return Sequential([Input((3,)), layers.Dense(4, name="body"), layers.Dense(top, name=f"top{top}")])


def dense(name, kernel, bias):
    return name, [(f"{name}/kernel:0", kernel), (f"{name}/bias:0", bias)]


@pytest.fixture
def two(write_weights, normal):
    """A file of two layers and its arrays."""
    arrays = [normal(3, 4), normal(4), normal(4, 2), normal(2)]
    path = write_weights([dense("body", *arrays[:2]), ("dropout", []), dense("top2", *arrays[2:])])
    return path, arrays


def assert_weights(model, arrays):
    found = model.get_weights()
    assert len(found) == len(arrays)
    for one, other in zip(found, arrays, strict=True):
        np.testing.assert_array_equal(one, other)


class TestReading:
    def test_by_place(self, two):
        path, arrays = two
        model = body_and_top()
        model.layers[0].name = "another"
        model.load_weights(path)
        assert_weights(model, arrays)

    def test_by_name(self, two):
        path, arrays = two
        model = body_and_top(5)
        top = model.layers[1].get_weights()
        model.load_weights(path, by_name=True)
        assert_weights(model, [*arrays[:2], *top])
        model.layers[0].name = "another"
        with pytest.warns(UserWarning, match="nothing was loaded"):
            model.load_weights(path, by_name=True)

    def test_by_names_that_had_slashes_and_capitals(self, write_weights, normal):
        arrays = [normal(3, 4), normal(4), normal(4, 2), normal(2), normal(2, 2), normal(2)]
        names = ("Block/Conv/BatchNorm", "block/out", "Block/Out")  # the last two would have one name today
        model = Sequential([Input((3,)), layers.Dense(4, name="block_conv_bn"), layers.Dense(2, name="block_out")])
        before = model.layers[1].get_weights()
        path = write_weights([dense(name, *arrays[2 * k : 2 * k + 2]) for k, name in enumerate(names)])
        model.load_weights(path, by_name=True)
        assert_weights(model, [*arrays[:2], *before])
        path = write_weights([dense("Block/Conv", normal(2, 2), normal(2)), dense("block_conv_bn", *arrays[:2])])
        model.layers[1].name = "block_conv"
        with pytest.raises(ValueError, match="block_conv"):
            model.load_weights(path, by_name=True)

    def test_what_does_not_fit_changes_nothing(self, two):
        path, _ = two
        model = body_and_top(5)
        before = model.get_weights()
        with pytest.raises(ValueError, match=r"(?s)old.h5.*top5.*kernel has shape \(4, 5\), the file \(4, 2\)"):
            model.load_weights(path)
        assert_weights(model, before)
        with pytest.warns(UserWarning, match=r"left out.*top5"):
            model.load_weights(path, skip_mismatch=True)
        assert np.any(model.get_weights()[0] != before[0])

    def test_another_number_of_layers(self, two):
        path, _ = two
        model = Sequential([Input((3,)), layers.Dense(4, name="body")])
        with pytest.raises(ValueError, match=r"old.h5.* 2 layers \(body, top2\).* 1 layers.*by_name=True"):
            model.load_weights(path)

    def test_reshape(self, write_weights, normal):
        kernel = normal(3, 1, 2, 4)
        path = write_weights([("conv", [("conv/kernel:0", kernel)])])
        model = Sequential([Input((5, 5, 6)), layers.Conv2D(4, (1, 1), use_bias=False, name="conv")])
        with pytest.raises(ValueError, match="shape"):
            model.load_weights(path)
        model.load_weights(path, reshape=True)
        assert_weights(model, [kernel.reshape(1, 1, 6, 4)])
        model.load_weights(path, by_name=True, reshape=True)

    def test_the_weights_of_a_whole_model(self, two, tmp_path):
        path, arrays = two
        with h5py.File(path) as old, h5py.File(tmp_path / "whole.hdf5", "w") as new:
            old.copy("/", new, name="model_weights")
        model = body_and_top()
        model.load_weights(tmp_path / "whole.hdf5")
        assert_weights(model, arrays)

    def test_names_split_over_attributes(self, two):
        path, arrays = two
        with h5py.File(path, "a") as file:
            names = file.attrs["layer_names"]
            del file.attrs["layer_names"]
            file.attrs["layer_names0"], file.attrs["layer_names1"] = names[:2], names[2:]
        model = body_and_top()
        model.load_weights(path)
        assert_weights(model, arrays)

    def test_the_layout_shows_the_format(self, two, tmp_path):
        path, arrays = two
        model = body_and_top()
        model.load_weights(path.rename(tmp_path / "old.weights.h5"))
        assert_weights(model, arrays)
        model.save_weights(tmp_path / "new.weights.h5")
        other = body_and_top()
        other.load_weights((tmp_path / "new.weights.h5").rename(tmp_path / "new.h5"))
        assert_weights(other, arrays)
        with pytest.raises(ValueError, match="reshape=True is for files of Keras 2"):
            other.load_weights(tmp_path / "new.h5", reshape=True)

    def test_same_names_in_another_order(self, two):
        path, arrays = two
        a = Input((4,))
        top = layers.Dense(2, name="top2")
        top.build((None, 4))
        body = layers.Dense(4, name="body")
        body.build((None, 3))
        model = Model([a, b := Input((3,))], [top(a), body(b)])
        assert [layer.name for layer in model.layers if layer.weights] == ["top2", "body"]
        model.load_weights(path)
        assert_weights(top, arrays[2:])


class TestDamagedFiles:
    @pytest.mark.parametrize(
        ("damage", "message"),
        [
            (lambda file: file.pop("body"), "no group for its layer 'body'"),
            (lambda file: file["body"].pop("body/bias:0"), "names the weight 'body/bias:0'"),
            (lambda file: file.attrs.pop("layer_names"), "lacks the attribute 'layer_names'"),
            (lambda file: file.attrs.create("layer_names", [1, 2]), "holds no text but int64"),
            (lambda file: file["body"].attrs.create("weight_names", [b"../top2"]), "names the weight"),
            (
                lambda file: (file.pop("top2"), file.__setitem__("top2", h5py.ExternalLink("other.h5", "/"))),
                "link to another place",
            ),
            (
                lambda file: file["body"].attrs.create("weight_names", ["x" * 9] * 4000, dtype=h5py.string_dtype()),
                "names the weight 'xxxxxxxxx'",
            ),
        ],
    )
    def test_it_is_said_what_and_where(self, two, damage, message):
        path, _ = two
        with h5py.File(path, "a") as file:
            damage(file)
        model = body_and_top()
        before = model.get_weights()
        with pytest.raises(FileFormatError, match=f"(?s)old.h5.*{message}"):
            model.load_weights(path)
        assert_weights(model, before)


class Scaled(Model):
    """A model with a weight of its own."""

    def __init__(self):
        super().__init__()
        self.inner = layers.Dense(2, name="inner")
        self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

    def call(self, x):
        return self.inner(x) * self.scale


class Stack(Layer):
    """Two layers of one name."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.first, self.second = layers.Dense(3, name="same"), layers.Dense(3, name="same")

    def build(self, shape):
        self.first.build(shape)
        self.second.build(shape)

    def call(self, x):
        return self.second(self.first(x))


class TestWriting:
    def test_layout(self, tmp_path):
        model = body_and_top()
        model.save_weights(tmp_path / "w.h5")
        with h5py.File(tmp_path / "w.h5") as file:
            assert list(file.attrs["layer_names"]) == [b"body", b"top2"]
            assert file.attrs["backend"] == "tensorflow" and file.attrs["keras_version"].startswith("2.")
            assert list(file["body"].attrs["weight_names"]) == [b"body/kernel:0", b"body/bias:0"]
            np.testing.assert_array_equal(file["body/body/kernel:0"][()], model.get_weights()[0])

    def test_nested_shared_and_frozen(self, tmp_path):
        def make():
            a, b = Input((3,)), Input((3,))
            inner = Sequential([Input((3,)), layers.Dense(3), layers.BatchNormalization(), layers.Dense(3)])
            inner.trainable = False
            shared = Stack()
            return Model([a, b], [shared(inner(a)), shared(b)])

        rng = np.random.default_rng(0)
        model = make()
        model.set_weights([rng.normal(size=one.shape) for one in model.get_weights()])
        model.save_weights(tmp_path / "w.h5")
        other = make()
        other.load_weights(tmp_path / "w.h5")
        assert_weights(other, model.get_weights())
        other = make()
        other.layers[1].trainable = True
        other.layers[-1].trainable = True
        other.load_weights(tmp_path / "w.h5")
        assert_weights(other, model.get_weights())

    def test_a_kernel_of_low_rank_comes_behind_what_is_trained(self, tmp_path):
        """As Keras 3 writes it."""
        model, other = body_and_top(), body_and_top()
        for one in (model, other):
            one.layers[0].enable_lora(2)
        rng = np.random.default_rng(0)
        model.set_weights([rng.normal(size=one.shape) for one in model.get_weights()])
        model.save_weights(tmp_path / "w.h5")
        with h5py.File(tmp_path / "w.h5") as file:
            names = [name.decode() for name in file["body"].attrs["weight_names"]]
        assert [name.split("/")[-1] for name in names] == ["bias:0", "lora_kernel_a:0", "lora_kernel_b:0", "kernel:0"]
        other.load_weights(tmp_path / "w.h5")
        assert_weights(other, model.get_weights())

    def test_own_weights_of_a_model(self, tmp_path):
        model, other = Scaled(), Scaled()
        for one in (model, other):
            one.build((None, 3))
        model.scale.assign(3.0)
        model.save_weights(tmp_path / "w.h5")
        other.load_weights(tmp_path / "w.h5")
        assert_weights(other, model.get_weights())

    def test_more_names_than_an_attribute_holds(self, tmp_path):
        names = [f"{'long' * 40}_{index}" for index in range(450)]
        model = Sequential([Input((1,)), *(layers.Activation("relu", name=name) for name in names[1:])])
        model.add(layers.Dense(1, name=names[0]))
        model.save_weights(tmp_path / "w.h5")
        with h5py.File(tmp_path / "w.h5") as file:
            assert "layer_names" not in file.attrs
            parts = [*file.attrs["layer_names0"], *file.attrs["layer_names1"]]
            assert [part.decode() for part in parts] == [*names[1:], names[0]]
        before = model.get_weights()
        model.set_weights([one + 1 for one in before])
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model.load_weights(tmp_path / "w.h5")
        assert_weights(model, before)
