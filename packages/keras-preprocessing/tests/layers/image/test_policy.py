import numpy as np
import pytest
from color_layer_contract import PICTURES, arrays
from keras_core import backend
from keras_preprocessing.layers.image.policy import Policy


def made(**options):
    options = {"value_range": (0, 255), "interpolation": "bilinear", "data_format": "channels_last", **options}
    return Policy(0.4, seed=1, **options)


@pytest.mark.slow
def test_every_step_does_what_its_layer_would():
    layer = made()
    assert len(layer.choices) == 11 and len(made(all_ops=False).choices) == 7
    drawn = layer.draw_choices(PICTURES, 20, layer.generator, 12)
    which = arrays(drawn["which"])
    assert which.shape == (20,) and which.min() == 0 and which.max() == 9
    names = [type(one).__name__ for one in layer.choices[2:]]
    for step in range(4):
        found = arrays(layer.apply_choice(step, "transform_images", PICTURES, drawn))
        if which[step] == len(names):
            np.testing.assert_array_equal(found, PICTURES)
            continue
        what = drawn["drawn"][which[step]]
        mine = {name: arrays(value)[step] for name, value in what.items() if name != "size"} if what else None
        chosen = layer.choices[2:][which[step]]
        np.testing.assert_allclose(found, arrays(chosen.transform_images(PICTURES, mine)), atol=1e-2)
        assert names[which[step]] in {"AutoContrast", "Equalization"} or np.abs(found - PICTURES).max() > 1


def test_moves_have_the_matrix_of_the_layer_that_was_drawn():
    layer = made()
    drawn = layer.draw_choices(PICTURES, 40, layer.generator, 11)
    matrices = arrays(drawn["drawn"][0]["matrix"])
    assert matrices.shape == (40, 3, 8)
    shifted = (matrices[..., [0, 1, 3, 4]] == [1, 0, 0, 1]).all((1, 2))
    turned = np.isclose(matrices[..., 0], matrices[..., 4]).all(1) & ~shifted
    assert 0 < shifted.sum() < 40 and turned.any()
    assert made().draw_choices(PICTURES, 2, layer.generator, 11)["drawn"][0]["size"] == (6, 5)


def test_channels_first():
    layer = made(data_format="channels_first")
    drawn = layer.draw_choices(np.moveaxis(PICTURES, -1, 1), 3, layer.generator, 11)
    found = layer.apply_choice(0, "transform_images", np.moveaxis(PICTURES, -1, 1), drawn)
    assert backend.to_numpy(found).shape == (3, 3, 6, 5)


def test_what_does_not_fit():
    with pytest.raises(ValueError, match=r"\(Policy\): steps must be a positive int, got 0"):
        made().checked_number("steps", 0)
    with pytest.raises(ValueError, match="interpolation must be one of"):
        made(interpolation="cubic")
