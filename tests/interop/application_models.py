"""One architecture of each family of `keras.applications`, with weights that this Keras and upstream Keras share.

    python application_models.py FOLDER keras NAME ...

makes them under upstream Keras, or tf_keras, and writes the weights and what they predict. tf_keras writes
Keras 2's layout, `NAME.h5`; and what it predicts with the weights of `NAME.ours.h5`, where there is one.
"""

from __future__ import annotations

import importlib
import os
import sys
from typing import Any

import numpy as np

#: Architecture → the pixels of a side, as few as it takes.
FAMILIES = {
    "VGG16": 48,
    "VGG19": 48,
    "ResNet50": 64,
    "ResNet50V2": 64,
    "InceptionV3": 96,
    "InceptionResNetV2": 96,
    "Xception": 96,
    "MobileNet": 64,
    "MobileNetV2": 64,
    "MobileNetV3Small": 64,
    "MobileNetV3Large": 64,
    "DenseNet121": 64,
    "NASNetMobile": 64,
    "EfficientNetB0": 64,
    "EfficientNetV2B0": 64,
    "ConvNeXtTiny": 64,
}

#: The other members of these families.
OTHERS = {
    "ResNet101": 64,
    "ResNet152": 64,
    "ResNet101V2": 64,
    "ResNet152V2": 64,
    "DenseNet169": 64,
    "DenseNet201": 64,
    "NASNetLarge": 64,
    **{f"EfficientNetB{number}": 64 for number in range(1, 8)},
    **{f"EfficientNetV2{which}": 64 for which in ("B1", "B2", "B3", "S", "M", "L")},
    **{f"ConvNeXt{which}": 64 for which in ("Small", "Base", "Large", "XLarge")},
}
SIZES = FAMILIES | OTHERS

#: Architectures whose layers have other names in tf_keras than in Keras 3, so that it reads ours in order alone.
RENAMED = ("MobileNetV3Small", "MobileNetV3Large", "DenseNet121", "DenseNet169", "DenseNet201")

#: So deep that rounding errors of float32 grow above the tolerance: they are compared in float64.
DEEPEST = ("EfficientNetB5", "EfficientNetB6", "EfficientNetB7")


def build(keras: Any, name: str) -> Any:
    """The architecture, whose layers are numbered from 0."""
    keras.backend.set_floatx("float64" if name in DEEPEST else "float32")
    keras.backend.clear_session()
    shape = (SIZES[name],) * 2 + (3,)
    return getattr(keras.applications, name)(weights=None, include_top=False, input_shape=shape, pooling="avg")


def scramble(model: Any) -> None:
    """Weights that no initializer gives, so that also statistics and scales matter."""
    draw = np.random.default_rng(0)
    for layer in model.layers:
        kind = type(layer).__name__
        # What `Normalization` is given counts in Keras 3 only after it was saved and loaded.
        if kind.endswith("Normalization") and kind != "Normalization" and layer.get_weights():
            layer.set_weights([draw.uniform(0.8, 1.2, w.shape).astype(w.dtype) for w in layer.get_weights()])


def forget(model: Any) -> None:
    """Let all weights be 0, so that those that are not loaded are seen."""
    model.set_weights([np.zeros_like(one) for one in model.get_weights()])


def outputs(model: Any, name: str) -> np.ndarray:
    size = SIZES[name]
    pictures = np.random.default_rng(1).uniform(0, 255, (2, size, size, 3)).astype("float32")
    return np.asarray(model(pictures, training=False))


def main(folder: str, package: str, names: list[str]) -> None:
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    keras = importlib.import_module(package)
    ending = ".weights.h5" if package == "keras" else ".h5"
    for name in names:
        model = build(keras, name)
        if os.path.exists(f"{folder}/{name}.ours.h5"):
            for how in ({}, {"by_name": True}):
                forget(model)
                model.load_weights(f"{folder}/{name}.ours.h5", **how)
                np.save(f"{folder}/{name}.read{len(how)}.npy", outputs(model, name))
        scramble(model)
        np.save(f"{folder}/{name}.npy", outputs(model, name))
        model.save_weights(f"{folder}/{name}{ending}")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
