"""The network of the package deepcut, whose weights Keras 2.0.2 wrote, and what tf_keras predicts with them.

python old_network.py FOLDER_OF_DEEPCUT RESULT.npy
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import numpy as np

TEXT = "ตัดคำได้ดีมาก ฉันอยากกินข้าวของฉัน 123 abc"
WEIGHTS = Path("weight", "cnn_without_ne_ab.h5")


def network(keras: Any) -> Any:
    """Convolutions of 1 to 12 characters over characters and their kinds."""
    layers = keras.layers
    characters, kinds = keras.Input((21,)), keras.Input((21,))
    a = layers.BatchNormalization()(layers.SpatialDropout1D(0.15)(layers.Embedding(178, 32)(characters)))
    found = []
    for width in range(1, 13):
        filters = 200 if width < 9 else 150 if width < 12 else 100
        x = layers.Conv1D(filters, width, activation="relu")(a)
        x = layers.TimeDistributed(layers.Dense(5))(x)
        found.append(layers.ZeroPadding1D((0, width - 1))(x))
    b = layers.SpatialDropout1D(0.15)(layers.Embedding(12, 12)(kinds))
    x = layers.BatchNormalization()(layers.Concatenate()([a, layers.Maximum()(found), b]))
    x = layers.Dense(100, activation="relu")(layers.Flatten()(x))
    return keras.Model([characters, kinds], layers.Dense(1, activation="sigmoid")(x))


def windows(folder: Path, text: str) -> list[np.ndarray]:
    """The 21 characters around each one and their kinds, as deepcut numbers them."""
    spec = importlib.util.spec_from_file_location("deepcut_utils", folder / "utils.py")
    utils = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(utils)
    return [np.asarray(one, "float32") for one in utils.create_feature_array(text, n_pad=21)]


def main(folder: Path, result: str) -> None:
    import tf_keras

    model = network(tf_keras)
    model.load_weights(folder / WEIGHTS)
    np.save(result, model.predict(windows(folder, TEXT), verbose=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
