"""Each architecture has the number of parameters that is published.

The numbers are those of the table of https://keras.io/api/applications, and to the last digit those of the summaries
that upstream prints.
"""

import keras_applications
import pytest

# name: parameters with and without the classifier.
PARAMETERS = {
    "VGG16": (138_357_544, 14_714_688),
    "VGG19": (143_667_240, 20_024_384),
    "ResNet50": (25_636_712, 23_587_712),
    "ResNet101": (44_707_176, 42_658_176),
    "ResNet152": (60_419_944, 58_370_944),
    "ResNet50V2": (25_613_800, 23_564_800),
    "ResNet101V2": (44_675_560, 42_626_560),
    "ResNet152V2": (60_380_648, 58_331_648),
    "MobileNet": (4_253_864, 3_228_864),
    "MobileNetV2": (3_538_984, 2_257_984),
    "DenseNet121": (8_062_504, 7_037_504),
    "DenseNet169": (14_307_880, 12_642_880),
    "DenseNet201": (20_242_984, 18_321_984),
}


# The layers of classifiers that have weights.
CLASSIFIERS = {"VGG16": ("fc1", "fc2", "predictions"), "MobileNet": ("conv_preds",)}
CLASSIFIERS["VGG19"] = CLASSIFIERS["VGG16"]


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters(name):
    total, without_top = PARAMETERS[name]
    model = getattr(keras_applications, name)(weights=None)
    assert model.count_params() == total
    classifier = [model.get_layer(layer) for layer in CLASSIFIERS.get(name, ("predictions",))]
    assert total - sum(layer.count_params() for layer in classifier) == without_top
    assert model.output_shape == (None, 1000)
    assert all(variable._storage is None for variable in model.variables), "building needs no backend"


@pytest.mark.parametrize("name", ["VGG16", "ResNet50", "ResNet50V2", "MobileNet", "MobileNetV2", "DenseNet121"])
def test_parameters_without_the_classifier(name):
    assert getattr(keras_applications, name)(weights=None, include_top=False).count_params() == PARAMETERS[name][1]


def test_every_architecture_is_in_the_table():
    constructors = {name for name in dir(keras_applications) if callable(getattr(keras_applications, name))}
    assert constructors == PARAMETERS.keys()
