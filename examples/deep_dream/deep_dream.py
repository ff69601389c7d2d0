"""What a network dreams of: pictures are changed by the gradient of what it sees in them, the Keras 2 way.

A. Mordvintsev, C. Olah, M. Tyka, Inceptionism, 2015. Here the network knows digits. It dreams of each digit from noise,
which another network then reads, and into a photo that comes with scikit-learn.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from keras import backend as K
from keras.datasets import mnist_5k
from keras.layers import Activation, AveragePooling2D, Conv2D, Dropout, GlobalAveragePooling2D
from keras.models import Sequential
from keras.utils import set_random_seed
from sklearn.datasets import load_sample_image

SHORT = "--short" in sys.argv
TRAIN, EPOCHS, FILTERS, EACH, STEPS, OCTAVES = (400, 5, 8, 1, 12, (8,)) if SHORT else (4000, 8, 24, 4, 120, (8, 4, 2))

(x_train, y_train), (x_test, y_test) = mnist_5k.load_data()
x_train, x_test = (x[..., None].astype("float32") / 127.5 - 1 for x in (x_train[:TRAIN], x_test))


def network(seed):
    """Reads pictures of any size: what it sees is averaged over all places."""
    set_random_seed(seed)
    model = Sequential()
    model.add(Conv2D(FILTERS, 5, padding="same", activation="relu", input_shape=(None, None, 1)))
    model.add(AveragePooling2D())
    model.add(Conv2D(2 * FILTERS, 5, padding="same", activation="relu"))
    model.add(AveragePooling2D())
    model.add(Conv2D(4 * FILTERS, 5, padding="same", activation="relu", name="shapes"))
    model.add(Dropout(0.2))
    model.add(Conv2D(10, 7, padding="same", name="digits"))  # how much each place looks like each digit
    model.add(GlobalAveragePooling2D())
    model.add(Activation("softmax"))
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train[:TRAIN], batch_size=32, epochs=EPOCHS, verbose=2)
    return model


dreamer, reader = network(1), network(2)
print(f"held-out accuracy: {dreamer.evaluate(x_test, y_test, verbose=0)[1]:.4f}")


def roughness(x):
    """The mean square of the difference of neighbours."""
    return K.mean(K.square(x[:, 1:] - x[:, :-1])) + K.mean(K.square(x[:, :, 1:] - x[:, :, :-1]))


def climber(inputs, seen):
    """A function that gives what is seen in pictures, and its gradient, of one size whatever it is."""
    slope = K.gradients(seen, dreamer.input)[0]
    slope /= K.maximum(K.mean(K.abs(slope), axis=(1, 2, 3), keepdims=True), K.epsilon())
    return K.function(inputs, [seen, slope])


def climb(function, pictures, *others, rate=0.05, steps=STEPS):
    """Changes pictures, moved a little at each step so that no pixel becomes special."""
    for step in range(steps):
        down, right = np.random.randint(-2, 3, 2)
        moved = np.roll(pictures, (down, right), axis=(1, 2))
        moved = np.clip(moved + rate * (1 - step / steps) * function([moved, *others])[1], -1, 1)
        pictures = np.roll(moved, (-down, -right), axis=(1, 2))
    return pictures


# ------------------------------------------------------------------- every digit, from noise

digits = np.repeat(np.arange(10), EACH)
wanted = K.placeholder(shape=(None, 10))
chances = K.softmax(K.mean(dreamer.get_layer("digits").output, axis=(1, 2)))
likely = K.mean(K.sum(wanted * K.log(chances + K.epsilon()), axis=-1))
towards = climber([dreamer.input, wanted], likely - 2 * roughness(dreamer.input) - 0.2 * K.mean(dreamer.input))
noise = np.random.normal(-0.7, 0.1, (len(digits), 28, 28, 1)).astype("float32")
dreamed = climb(towards, noise, np.eye(10, dtype="float32")[digits])
read = reader.predict(dreamed, verbose=0).argmax(axis=1)
print(f"dreamed digits that another network reads: {np.mean(read == digits):.4f}")

# ------------------------------------------------------------------- into a photo, from coarse to fine

photo = load_sample_image("china.jpg")[:416, :640].mean(axis=-1) / 127.5 - 1


def sized(by):
    """The photo, `by` times smaller."""
    height, width = photo.shape
    return photo.reshape(height // by, by, width // by, by).mean(axis=(1, 3))[None, ..., None].astype("float32")


shapes = dreamer.get_layer("shapes").output
more = climber([dreamer.input], K.mean(K.square(shapes)) - 0.5 * roughness(dreamer.input))
before = after = sized(OCTAVES[0])
for by in OCTAVES:
    if after.shape != sized(by).shape:  # what was dreamed so far, larger, on the details of this size
        after = sized(by) + (after - sized(2 * by)).repeat(2, axis=1).repeat(2, axis=2)
    after, before = climb(more, after, rate=0.03, steps=STEPS // 6), sized(by)
excited = [float(more([picture])[0]) for picture in (before, after)]
print(f"excitement by the photo before: {excited[0]:.3f}")
print(f"excitement by the photo after: {excited[1]:.3f}")
print(f"times as much: {excited[1] / excited[0]:.2f}")

figure = plt.figure(figsize=(10, 3.6), layout="constrained")
left, right = figure.subfigures(1, 2, width_ratios=(1, 1.3))
for cell, picture in zip(left.subplots(2, 5).flat, dreamed[::EACH]):
    cell.imshow(picture[..., 0], cmap="gray_r", vmin=-1, vmax=1)
    cell.set_axis_off()
cell = right.subplots()
cell.imshow(after[0, ..., 0], cmap="gray", vmin=-1, vmax=1)
cell.set_axis_off()
figure.savefig("deep_dream.png", dpi=70)
