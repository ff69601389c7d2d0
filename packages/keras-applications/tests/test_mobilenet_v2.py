import numpy as np
import pytest
from block_references import BlockReference, padded, pictures, relu, values_at, with_random_weights
from keras_applications import MobileNetV2


@pytest.fixture(scope="module")
def model():
    return with_random_weights(
        MobileNetV2(weights=None, alpha=0.35, include_top=False, input_shape=(36, 36, 3)), "block_3_project_BN"
    )


@pytest.mark.parametrize(
    ("before", "block", "end", "strides", "sides"),
    [
        ("Conv1_relu", "expanded_conv", "project_BN", 1, (1, 1)),
        ("expanded_conv_project_BN", "block_1", "project_BN", 2, (0, 1)),  # from 18
        ("block_1_project_BN", "block_2", "add", 1, (1, 1)),
        ("block_2_add", "block_3", "project_BN", 2, (1, 1)),  # from 9
    ],
)
def test_a_block_by_numpy(model, before, block, end, strides, sides):
    x, expected = values_at(model, [before, f"{block}_{end}"], pictures(36))
    by_hand = BlockReference(model)
    h = x
    if block != "expanded_conv":
        h = relu(by_hand.norm(f"{block}_expand_BN", by_hand.conv(f"{block}_expand", h)), 6)
    h = by_hand.depthwise(f"{block}_depthwise", padded(h, *sides), strides=strides)
    h = relu(by_hand.norm(f"{block}_depthwise_BN", h), 6)
    h = by_hand.norm(f"{block}_project_BN", by_hand.conv(f"{block}_project", h))
    np.testing.assert_allclose(h + x if end == "add" else h, expected, rtol=1e-4, atol=1e-5)


# From the shapes of the published weights for these widths.
@pytest.mark.parametrize(("alpha", "first", "last"), [(0.35, 16, 1280), (1.0, 32, 1280), (1.4, 48, 1792)])
def test_widths(alpha, first, last):
    model = MobileNetV2(weights=None, alpha=alpha, include_top=False)
    assert (model.get_layer("Conv1").filters, model.output_shape[-1]) == (first, last)


def test_normalization_and_names(model):
    norms = [layer for layer in model.layers if "BN" in layer.name or "bn" in layer.name]
    assert len(norms) == 52
    assert {(layer.epsilon, layer.momentum) for layer in norms} == {(1e-3, 0.999)}
    assert model.name == "mobilenetv2_0.35_36"
    adds = [layer.name for layer in model.layers if layer.name.endswith("add")]
    assert adds == [f"block_{number}_add" for number in (2, 4, 5, 7, 8, 9, 11, 12, 14, 15)]
