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
    "MobileNetV3Small": (2_554_968, 939_120),
    "MobileNetV3Large": (5_507_432, 2_996_352),
    "InceptionV3": (23_851_784, 21_802_784),
    "InceptionResNetV2": (55_873_736, 54_336_736),
    "Xception": (22_910_480, 20_861_480),
    "NASNetMobile": (5_326_716, 4_269_716),
    "NASNetLarge": (88_949_818, 84_916_818),
    "EfficientNetB0": (5_330_571, 4_049_571),
    "EfficientNetB1": (7_856_239, 6_575_239),
    "EfficientNetB2": (9_177_569, 7_768_569),
    "EfficientNetB3": (12_320_535, 10_783_535),
    "EfficientNetB4": (19_466_823, 17_673_823),
    "EfficientNetB5": (30_562_527, 28_513_527),
    "EfficientNetB6": (43_265_143, 40_960_143),
    "EfficientNetB7": (66_658_687, 64_097_687),
    "EfficientNetV2B0": (7_200_312, 5_919_312),
    "EfficientNetV2B1": (8_212_124, 6_931_124),
    "EfficientNetV2B2": (10_178_374, 8_769_374),
    "EfficientNetV2B3": (14_467_622, 12_930_622),
    "EfficientNetV2S": (21_612_360, 20_331_360),
    "EfficientNetV2M": (54_431_388, 53_150_388),
    "EfficientNetV2L": (119_027_848, 117_746_848),
    "ConvNeXtTiny": (28_589_128, 27_820_128),
    "ConvNeXtSmall": (50_223_688, 49_454_688),
    "ConvNeXtBase": (88_591_464, 87_566_464),
    "ConvNeXtLarge": (197_767_336, 196_230_336),
    "ConvNeXtXLarge": (350_196_968, 348_147_968),
}


# The layers of classifiers that have weights.
CLASSIFIERS = {
    "VGG": ("fc1", "fc2", "predictions"),
    "MobileNet": ("conv_preds",),
    "MobileNetV2": ("predictions",),
    "MobileNetV3": ("conv_2", "logits"),
    "ConvNeXt": ("head_dense",),  # the normalization before it is there without a classifier, too
}


def classifier_of(name):
    known = [start for start in CLASSIFIERS if name.startswith(start)]
    return CLASSIFIERS[max(known, key=len)] if known else ("predictions",)


LARGE = (
    "NASNetLarge",
    "EfficientNetV2M",
    "EfficientNetV2L",
    "ConvNeXtLarge",
    "ConvNeXtXLarge",
    "ResNet152",
    "ResNet152V2",
)


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow) if name in LARGE else name for name in PARAMETERS]
)
def test_parameters(name):
    total, without_top = PARAMETERS[name]
    model = getattr(keras_applications, name)(weights=None)
    assert model.count_params() == total
    classifier = [layer for layer in model.layers if layer.name.endswith(classifier_of(name))]
    assert total - sum(layer.count_params() for layer in classifier) == without_top
    assert model.output_shape == (None, 1000)
    assert all(variable._storage is None for variable in model.variables), "building needs no backend"


@pytest.mark.parametrize(
    "name", ["VGG16", "ResNet50V2", "MobileNet", "MobileNetV3Small", "DenseNet121", "NASNetMobile", "ConvNeXtTiny"]
)
def test_parameters_without_the_classifier(name):
    assert getattr(keras_applications, name)(weights=None, include_top=False).count_params() == PARAMETERS[name][1]


def test_every_architecture_is_in_the_table():
    constructors = {name for name in dir(keras_applications) if callable(getattr(keras_applications, name))}
    assert constructors == PARAMETERS.keys()
