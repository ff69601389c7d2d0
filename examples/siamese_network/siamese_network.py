"""A siamese network says whether two digits are the same, also of digits that it never saw in training.

R. Hadsell, S. Chopra, Y. LeCun, Dimensionality Reduction by Learning an Invariant Mapping, 2006.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from keras import backend as K
from keras.datasets import mnist_5k
from keras.layers import Conv2D, Dense, Flatten, Input, Lambda, MaxPooling2D
from keras.models import Model, Sequential
from keras.utils import set_random_seed

SHORT = "--short" in sys.argv
PAIRS, EPOCHS, FILTERS = (512, 3, 8) if SHORT else (8000, 10, 16)
MARGIN = 1.0
UNSEEN = (8, 9)  # held out as a whole

set_random_seed(1)
(x_train, y_train), (x_test, y_test) = mnist_5k.load_data()
x_train, x_test = x_train[..., None].astype("float32") / 255, x_test[..., None].astype("float32") / 255


def pairs(x, y, digits, count, seed):
    """As many pairs of the same digit (1) as of two digits (0)."""
    rng = np.random.default_rng(seed)
    rows = {digit: np.flatnonzero(y == digit) for digit in digits}
    same = np.arange(count) % 2
    first = rng.choice(digits, count)
    other = np.array(
        [digit if one else rng.choice([d for d in digits if d != digit]) for digit, one in zip(first, same)]
    )
    left, right = (x[[rng.choice(rows[digit]) for digit in side]] for side in (first, other))
    return [left, right], same.astype("float32")


def distance(vectors):
    """Euclidean; the small number keeps its gradient finite where the two are equal."""
    left, right = vectors
    return K.sqrt(K.maximum(K.sum(K.square(left - right), axis=1, keepdims=True), K.epsilon()))


def contrastive_loss(same, apart):
    """Draws pairs of the same digit together, and pushes others apart up to a margin."""
    return K.mean(same * K.square(apart) + (1 - same) * K.square(K.maximum(MARGIN - apart, 0)))


def accuracy(same, apart):
    """Closer than half the margin is the same."""
    return K.mean(K.equal(same, K.cast(apart < MARGIN / 2, K.dtype(same))))


tower = Sequential(name="tower")
tower.add(Conv2D(FILTERS, 3, activation="relu", input_shape=(28, 28, 1)))
tower.add(MaxPooling2D())
tower.add(Conv2D(2 * FILTERS, 3, activation="relu"))
tower.add(MaxPooling2D())
tower.add(Flatten())
tower.add(Dense(64, activation="relu"))
tower.add(Dense(32))
left, right = Input(shape=(28, 28, 1)), Input(shape=(28, 28, 1))
apart = Lambda(distance, output_shape=lambda shapes: (shapes[0][0], 1))([tower(left), tower(right)])
model = Model([left, right], apart)
model.compile(loss=contrastive_loss, optimizer="adam", metrics=[accuracy])

seen = [digit for digit in range(10) if digit not in UNSEEN]
x, y = pairs(x_train, y_train, seen, PAIRS, seed=1)
x_seen, y_seen = pairs(x_test, y_test, seen, 2000, seed=2)
x_new, y_new = pairs(x_test, y_test, UNSEEN, 1000, seed=3)
model.fit(x, y, batch_size=64, epochs=EPOCHS, validation_data=(x_seen, y_seen), verbose=2)
print(f"held-out pairs of known digits right: {model.evaluate(x_seen, y_seen, verbose=0)[1]:.4f}")
print(f"pairs of digits never seen right: {model.evaluate(x_new, y_new, verbose=0)[1]:.4f}")

# ------------------------------------------------------------------- the picture: distances, and some pairs

figure = plt.figure(figsize=(10, 4), layout="constrained")
curves, grid = figure.subfigures(1, 2)
axis = curves.subplots()
found = model.predict(x_seen, verbose=0)[:, 0]
for value, label in ((1, "same digit"), (0, "two digits")):
    axis.hist(found[y_seen == value], bins=40, alpha=0.6, label=label)
axis.axvline(MARGIN / 2, color="black", linewidth=1)
axis.set(xlabel="distance of two held-out pictures", ylabel="pairs")
axis.legend()
new = model.predict(x_new, verbose=0)[:, 0]
for cell, row in zip(grid.subplots(3, 4).flat, range(12)):
    cell.imshow(np.hstack([x_new[0][row, ..., 0], x_new[1][row, ..., 0]]), cmap="gray_r")
    cell.set_title(f"{new[row]:.2f}", fontsize=9, color="black" if (new[row] < MARGIN / 2) == y_new[row] else "red")
    cell.set_axis_off()
grid.suptitle("distances of 8 and 9, which it never saw (red: wrong)", fontsize=10)
figure.savefig("siamese_network.png", dpi=100)
