"""VGG: stacks of small convolutions, each stack at half the size of the one before."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from keras_layers import Conv2D, Dense, Flatten, MaxPooling2D

from keras_applications.architecture import architecture
from keras_applications.imagenet_utils import preprocessing_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core import KerasTensor

    from keras_applications.frame import Frame

__all__ = ["VGG16", "VGG19", "preprocess_input"]

preprocess_input = preprocessing_of(__name__)

_FILTERS = (64, 128, 256, 512, 512)
_REFERENCE = "Simonyan and Zisserman, 2014, https://arxiv.org/abs/1409.1556"


def _stacks(x: KerasTensor, convolutions: Sequence[int]) -> KerasTensor:
    for block, (filters, repeats) in enumerate(zip(_FILTERS, convolutions, strict=True), 1):
        for number in range(1, repeats + 1):
            x = Conv2D(filters, 3, activation="relu", padding="same", name=f"block{block}_conv{number}")(x)
        x = MaxPooling2D(2, strides=2, name=f"block{block}_pool")(x)
    return x


def _fully_connected(frame: Frame, x: KerasTensor) -> KerasTensor:
    x = Flatten(name="flatten")(x)
    for name in ("fc1", "fc2"):
        x = Dense(4096, activation="relu", name=name)(x)
    return frame.predictions(x)


_vgg = partial(
    architecture, reference=_REFERENCE, features=512, module=__name__, top=_fully_connected, pools=(None, None)
)
VGG16 = _vgg("VGG16", partial(_stacks, convolutions=(2, 2, 3, 3, 3)), "VGG with 16 layers of weights.")
VGG19 = _vgg("VGG19", partial(_stacks, convolutions=(2, 2, 4, 4, 4)), "VGG with 19 layers of weights.")
