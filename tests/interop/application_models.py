"""One architecture of each family of `keras.applications`, with weights that this Keras and upstream Keras share.

    python application_models.py FOLDER NAME ...

makes them under upstream Keras and writes the weights and what they predict.
"""

from __future__ import annotations

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


def build(keras: Any, name: str) -> Any:
    shape = (FAMILIES[name],) * 2 + (3,)
    return getattr(keras.applications, name)(weights=None, include_top=False, input_shape=shape, pooling="avg")


def scramble(model: Any) -> None:
    """Weights that no initializer gives, so that also statistics and scales matter."""
    draw = np.random.default_rng(0)
    for layer in model.layers:
        if "Normalization" in type(layer).__name__ and layer.get_weights():
            layer.set_weights([draw.uniform(0.8, 1.2, w.shape).astype(w.dtype) for w in layer.get_weights()])


def outputs(model: Any, name: str) -> np.ndarray:
    size = FAMILIES[name]
    pictures = np.random.default_rng(1).uniform(0, 255, (2, size, size, 3)).astype("float32")
    return np.asarray(model(pictures, training=False))


def main(folder: str, names: list[str]) -> None:
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import keras

    for name in names:
        model = build(keras, name)
        scramble(model)
        np.save(f"{folder}/{name}.npy", outputs(model, name))
        model.save_weights(f"{folder}/{name}.weights.h5")
        keras.backend.clear_session()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
