"""A U-Net says of every pixel whether it belongs to a circle, a square or a triangle.

O. Ronneberger, P. Fischer, T. Brox, U-Net, 2015 (arXiv:1505.04597). The pictures are generated.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from keras.layers import Activation, BatchNormalization, Conv2D, Conv2DTranspose, Input, MaxPooling2D, concatenate
from keras.metrics import MeanIoU
from keras.models import Model
from keras.optimizers import Adam
from keras.utils import set_random_seed

SHORT = "--short" in sys.argv
SIZE, TRAIN, EPOCHS, FILTERS, DEPTH = (16, 128, 5, 8, 1) if SHORT else (48, 1200, 12, 12, 3)
NAMES = ("nothing", "circle", "square", "triangle")
NOISE = 0.15

set_random_seed(1)
rng = np.random.default_rng(1)


def shape(kind, size):
    """Where a shape of a random place, size and turn is, as booleans (size, size)."""
    centre, radius, angle = rng.uniform(0.2, 0.8, 2) * size, rng.uniform(0.12, 0.25) * size, rng.uniform(0, np.pi)
    v, u = np.mgrid[:size, :size] - centre[:, None, None]
    if kind == 1:
        return u**2 + v**2 < radius**2
    sides = {2: 4, 3: 3}[kind]
    turns = angle + 2 * np.pi * np.arange(sides) / sides  # inside is on the same side of every edge
    return np.all([u * np.cos(turn) + v * np.sin(turn) < radius * 0.75 for turn in turns], axis=0)


def pictures(count):
    """Grey pictures (count, SIZE, SIZE, 1) with up to three shapes, and the kinds of their pixels."""
    x, y = np.zeros((count, SIZE, SIZE), "float32"), np.zeros((count, SIZE, SIZE), "int32")
    for picture, kinds in zip(x, y):
        picture += rng.uniform(0, 0.4)
        for kind in rng.integers(1, 4, rng.integers(1, 4)):
            inside = shape(kind, SIZE)
            picture[inside] = rng.uniform(0.5, 1)
            kinds[inside] = kind
    return (x + rng.normal(0, NOISE, x.shape))[..., None].astype("float32"), y


def convolved(x, filters):
    """Two convolutions, each with normalization."""
    for _ in range(2):
        x = Conv2D(filters, 3, padding="same", use_bias=False, kernel_initializer="he_normal")(x)
        x = Activation("relu")(BatchNormalization(momentum=0.9)(x))
    return x


inputs = Input(shape=(None, None, 1))
x, beside = inputs, []
for level in range(DEPTH):
    x = convolved(x, FILTERS * 2**level)
    beside.append(x)
    x = MaxPooling2D()(x)
x = convolved(x, FILTERS * 2**DEPTH)
for level in reversed(range(DEPTH)):
    x = Conv2DTranspose(FILTERS * 2**level, 2, strides=2)(x)
    x = convolved(concatenate([beside[level], x]), FILTERS * 2**level)
model = Model(inputs, Conv2D(len(NAMES), 1, activation="softmax")(x))
model.compile(
    optimizer=Adam(lr=0.003),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy", MeanIoU(num_classes=len(NAMES), sparse_y_pred=False, name="mean_iou")],
)
(x_train, y_train), (x_test, y_test) = pictures(TRAIN), pictures(200)
history = model.fit(x_train, y_train, batch_size=16, epochs=EPOCHS, validation_data=(x_test, y_test), verbose=2).history
_, accuracy, iou = model.evaluate(x_test, y_test, verbose=0)
print(f"share of pixels that are nothing: {np.mean(y_test == 0):.4f}")
print(f"held-out pixels right: {accuracy:.4f}")
print(f"held-out mean intersection over union: {iou:.4f}")

# The network is made of convolutions alone: it reads larger pictures, too.
SIZE *= 2
x_large, y_large = pictures(4)
large = model.predict(x_large, verbose=0).argmax(axis=-1)
print(f"pixels right in pictures of twice the size: {np.mean(large == y_large):.4f}")

# ------------------------------------------------------------------- the picture

guesses = model.predict(x_test[:6], verbose=0).argmax(axis=-1)
figure, cells = plt.subplots(3, 6, figsize=(9, 4.8), layout="constrained")
for column in range(6):
    cells[0, column].imshow(x_test[column, ..., 0], cmap="gray")
    for row, kinds in ((1, y_test[column]), (2, guesses[column])):
        cells[row, column].imshow(kinds, cmap="tab10", vmin=0, vmax=9, interpolation="nearest")
for cell in cells.flat:
    cell.set(xticks=[], yticks=[])
for cell, title in zip(cells[:, 0], ("picture", "truth", "network")):
    cell.set_ylabel(title)
figure.savefig("segmentation.png", dpi=70)
