import sys

import numpy as np
import pytest
from keras_preprocessing import image


@pytest.mark.parametrize(
    ("module", "call", "name"),
    [
        ("PIL", lambda: image.load_img("x.png"), r"load_img\(\) needs Pillow.*pip install pillow.*\[image\]"),
        ("PIL", lambda: image.save_img("x.png", np.zeros((2, 2, 3))), r"array_to_img\(\) needs Pillow"),
        (
            "scipy",
            lambda: image.apply_affine_transform(np.zeros((4, 4, 1)), 5, order=3),
            r"interpolation of order 3 needs SciPy.*pip install scipy",
        ),
    ],
)
def test_what_is_missing_is_named_with_the_command(monkeypatch, module, call, name):
    for loaded in [key for key in sys.modules if key.split(".")[0] == module]:
        monkeypatch.delitem(sys.modules, loaded)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=name):
        call()


def test_arrays_need_neither(monkeypatch):
    for module in ("PIL", "scipy"):
        monkeypatch.setitem(sys.modules, module, None)
    generator = image.ImageDataGenerator(rotation_range=9, brightness_range=(0.5, 1), channel_shift_range=3)
    assert generator.flow(np.ones((2, 4, 4, 3)), seed=1)[0].shape == (2, 4, 4, 3)
