"""What `ImageDataGenerator` and its functions make of pictures, by this Keras or by tf_keras.

    python picture_changes.py FILE tf_keras

writes it for tf_keras, which exchanges rows and columns where it moves pictures: it gets them turned over, and what it
gives is turned back.
"""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from typing import Any

import numpy as np

#: Options that move pictures.
MOVES: dict[str, dict[str, Any]] = {
    "rotation": {"rotation_range": 30},
    "shift": {"width_shift_range": 0.2, "height_shift_range": 0.1},
    "whole pixels": {"width_shift_range": 3, "height_shift_range": 2.5},
    "one of several": {"width_shift_range": [-2, 1, 3]},
    "shear": {"shear_range": 20},
    "zoom": {"zoom_range": 0.3},
    "zoom of its own": {"zoom_range": [0.7, 1.4]},
    "constant": {"rotation_range": 40, "fill_mode": "constant", "cval": 7.0},
    "reflect": {"rotation_range": 40, "width_shift_range": 0.5, "fill_mode": "reflect"},
    "wrap": {"rotation_range": 40, "width_shift_range": 0.5, "fill_mode": "wrap"},
    "nearest pixels": {"rotation_range": 30, "interpolation_order": 0},
    "splines": {"rotation_range": 30, "interpolation_order": 3},
    "double": {"rotation_range": 10, "dtype": "float64"},
    "all": {
        "rotation_range": 20,
        "width_shift_range": 0.1,
        "height_shift_range": 0.1,
        "shear_range": 10,
        "zoom_range": 0.2,
        "channel_shift_range": 10,
        "brightness_range": (0.5, 1.5),
        "rescale": 1 / 255,
    },
}
#: Options that leave pixels where they are.
VALUES: dict[str, dict[str, Any]] = {
    "nothing": {},
    "centred": {"featurewise_center": True},
    "standardized": {"featurewise_std_normalization": True},
    "each centred": {"samplewise_center": True},
    "each standardized": {"samplewise_std_normalization": True},
    "brightness": {"brightness_range": (0.5, 1.5)},
    "channel shift": {"channel_shift_range": 40.0},
    "flips": {"horizontal_flip": True, "vertical_flip": True},
    "rescaled": {"rescale": 1 / 255},
    "function": {"preprocessing_function": lambda x: x[::-1] * 2},
    "half": {"rescale": 0.5, "dtype": "float16"},
}


def found(image: Any, turned: bool) -> dict[str, np.ndarray]:
    """Changed pictures for all options, and what learning from changed ones gives."""
    x = np.random.RandomState(0).randint(0, 256, (6, 12, 12, 3)).astype("float32")

    def over(pictures: np.ndarray) -> np.ndarray:
        return pictures.swapaxes(-3, -2) if turned else pictures

    def changes(options: dict[str, Any], pictures: np.ndarray) -> np.ndarray:
        maker = image.ImageDataGenerator(**options)
        if any(name.startswith(("featurewise", "zca")) for name in options):
            maker.fit(pictures)
        given = [pictures[k].astype(maker.dtype) for k in range(len(pictures))]
        made = [maker.standardize(maker.random_transform(one, seed=seed)) for seed, one in enumerate(given)]
        return np.stack(made).astype(maker.dtype)

    results = {name: over(changes(options, over(x))) for name, options in MOVES.items()}
    results |= {name: changes(options, x) for name, options in VALUES.items()}
    # Where data leave directions empty, tf_keras leaves these out, and Keras 2.3, as here, adds zca_epsilon.
    results["whitened"] = changes({"zca_whitening": True}, x[:, :1, :1])
    maker = image.ImageDataGenerator(validation_split=0.34)
    batches = maker.flow(x, np.arange(6), batch_size=4, seed=11)
    results["order"] = np.concatenate([next(batches)[1] for _ in range(6)])
    for subset in ("training", "validation"):
        results[subset] = maker.flow(x, [0, 1] * 3, shuffle=False, subset=subset)[0][0]
    axes = {"row_axis": 0, "col_axis": 1, "channel_axis": 2}
    for name, given in {"rotation": 30, "shear": 20, "zoom": (0.7, 1.3)}.items():
        np.random.seed(3)
        results[f"random {name}"] = over(getattr(image, f"random_{name}")(over(x[0]), given, **axes))
    np.random.seed(3)
    results["random brightness"] = image.random_brightness(x[1], (0.3, 1.7))
    np.random.seed(3)
    results["random channel shift"] = image.random_channel_shift(x[1], 30, channel_axis=2)
    return {name: np.asarray(one) for name, one in results.items()}


if __name__ == "__main__":
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    warnings.simplefilter("ignore")
    np.savez(sys.argv[1], **found(importlib.import_module(sys.argv[2]).preprocessing.image, True))
