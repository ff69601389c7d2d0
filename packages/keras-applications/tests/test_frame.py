"""What is the same in every architecture, tried on one.

Covers: architecture.py.
"""

import inspect

import numpy as np
import pytest
from block_references import pictures, values_at, with_random_weights
from keras_applications import MobileNet, ResNet50, ResNet50V2
from keras_core import Input, ops

SMALL = {"weights": None, "input_shape": (32, 32, 3)}


class TestOutputs:
    def test_the_classifier(self):
        model = ResNet50(classes=7, **SMALL)
        assert (model.name, model.input_shape, model.output_shape) == ("resnet50", (None, 32, 32, 3), (None, 7))
        assert model.layers[-1].activation.__name__ == "softmax"
        assert [layer.name for layer in model.layers[-2:]] == ["avg_pool", "predictions"]

    def test_activations_of_the_classifier(self):
        for given, expected in ((None, "linear"), ("sigmoid", "sigmoid"), (ops.tanh, "tanh")):
            layer = ResNet50(classes=2, classifier_activation=given, **SMALL).layers[-1]
            assert layer.activation.__name__ == expected

    @pytest.mark.parametrize(
        ("pooling", "shape", "last"),
        [(None, (None, 2, 2, 2048), "conv5_block3_out"), ("avg", (None, 2048), "avg_pool"),
         ("max", (None, 2048), "max_pool")],
    )  # fmt: skip
    def test_features(self, pooling, shape, last):
        model = ResNet50(include_top=False, pooling=pooling, weights=None, input_shape=(64, 64, 3))
        assert (model.output_shape, model.layers[-1].name) == (shape, last)

    def test_any_size_without_a_classifier(self):
        model = ResNet50(include_top=False, weights=None)
        assert (model.input_shape, model.output_shape) == ((None, None, None, 3), (None, None, None, 2048))
        assert model.compute_output_shape((2, 70, 40, 3)) == (2, 3, 2, 2048)

    def test_the_default_size_and_name(self):
        model = ResNet50(weights=None, name="mine")
        assert (model.input_shape, model.output_shape, model.name) == ((None, 224, 224, 3), (None, 1000), "mine")


class TestInputTensor:
    def test_a_model_begins_where_its_tensor_came_from(self):
        pixels = Input((32, 32, 3), name="pixels")
        model = ResNet50(weights=None, input_tensor=pixels / 255.0, classes=3)
        assert [tensor.name for tensor in model.inputs] == ["pixels"]
        alone = ResNet50(weights=None, classes=3, input_shape=(32, 32, 3))
        (found,) = values_at(with_random_weights(model, "conv2_block1_out"), ["conv2_block1_out"], pictures())
        (expected,) = values_at(with_random_weights(alone, "conv2_block1_out"), ["conv2_block1_out"], pictures() / 255)
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)

    def test_two_models_on_one_input(self):
        image = Input((32, 32, 3))
        one, other = (f(weights=None, include_top=False, input_tensor=image) for f in (ResNet50, ResNet50V2))
        assert one.inputs == other.inputs == [image]

    @pytest.mark.parametrize(
        ("tensor", "shape", "message"),
        [
            (np.zeros((1, 32, 32, 3)), None, "input_tensor must be a KerasTensor, as Input.* gives; got ndarray"),
            (Input((32, 3)), None, r"batch of pictures, of rank 4; got shape \(None, 32, 3\)"),
            (Input((16, 16, 3)), None, r"at least 32x32; got input_shape \(16, 16, 3\)"),
            (Input((64, 64, 3)), (32, 32, 3), r"input_shape \(32, 32, 3\) and input_tensor of shape .*64.* differ"),
        ],
    )
    def test_refused(self, tensor, shape, message):
        with pytest.raises(ValueError, match=f"ResNet50: .*{message}"):
            ResNet50(weights=None, include_top=False, input_tensor=tensor, input_shape=shape)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"pooling": "mean"}, "pooling must be None, 'avg' or 'max'; got 'mean'"),
        ({"classes": 0}, "classes must be a positive integer; got 0"),
        ({"classes": 2.5}, "classes must be a positive integer; got 2.5"),
        ({"input_shape": (224, 224)}, "input_shape must have three entries"),
        ({"input_shape": (31, 224, 3)}, "at least 32x32"),
        (
            {"weights": "nowhere.h5"},
            "weights must be None, 'imagenet' or the path of a file; got 'nowhere.h5', which is no file",
        ),
        ({"weights": 3}, "weights must be None, 'imagenet' or the path of a file; got 3"),
    ],
)
def test_wrong_arguments(arguments, message):
    with pytest.raises(ValueError, match=f"ResNet50: .*{message}"):
        ResNet50(**({"weights": None} | arguments))


def test_keras_2_passed_modules():
    assert ResNet50(backend=1, layers=2, models=3, utils=4, include_top=False, **SMALL).name == "resnet50"
    with pytest.raises(TypeError, match=r"ResNet50\(\) does not take 'alpha', 'top'"):
        ResNet50(top=True, alpha=1, **SMALL)


class TestWeights:
    def test_from_a_file(self, tmp_path):
        arguments = {"include_top": False, "alpha": 0.25, "input_shape": (32, 32, 3)}
        model = MobileNet(weights=None, **arguments)
        path = tmp_path / "model.weights.h5"
        model.save_weights(path)
        for given in (path, str(path)):
            again = MobileNet(weights=given, **arguments)
            for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
                np.testing.assert_array_equal(one, other)
        with pytest.raises(ValueError, match="weights"):
            MobileNet(weights=path, **arguments | {"alpha": 0.5})


def test_a_model_survives_its_config():
    model = ResNet50(classes=2, **SMALL)
    again = type(model).from_config(model.get_config())
    assert again.get_config() == model.get_config()
    assert [variable.path for variable in again.variables] == [variable.path for variable in model.variables]


def test_constructors_are_documented_functions():
    assert (ResNet50.__name__, ResNet50.__module__) == ("ResNet50", "keras_applications.resnet")
    names = list(inspect.signature(ResNet50).parameters)
    assert names[:3] == ["include_top", "weights", "input_tensor"] and names[-1] == "modules"
    assert all(f"\n    {'**' * (name == 'modules')}{name}: " in ResNet50.__doc__ for name in names)
