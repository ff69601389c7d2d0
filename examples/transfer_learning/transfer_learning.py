"""A network that knows the digits 0 to 4 is saved, loaded, frozen, and learns 5 to 9 from three pictures of each.

J. Yosinski et al., How transferable are features in deep neural networks?, 2014 (arXiv:1411.1792).
"""

import sys

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from keras.datasets import mnist_5k

SHORT = "--short" in sys.argv
FILTERS, KNOWN, TEST, EPOCHS, LATER = ((8,), 300, 200, 3, 10) if SHORT else ((24, 48, 96), 2000, 1000, 8, 40)
EACH = 3  # pictures of each new digit to learn from

keras.utils.set_random_seed(1)
(x_train, y_train), (x_test, y_test) = mnist_5k.load_data()
x_train, x_test = x_train[..., None].astype("float32") / 255, x_test[:TEST, ..., None].astype("float32") / 255
y_test = y_test[:TEST]
old, old_test = y_train < 5, y_test < 5
new_test = ~old_test
few = np.concatenate([np.flatnonzero(y_train == digit)[:EACH] for digit in range(5, 10)])


def network():
    """What pictures look like (a model of its own), and which of five digits that is."""
    base = keras.Sequential(name="base")
    base.add(keras.Input((28, 28, 1)))
    for filters in FILTERS:
        base.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
        base.add(layers.BatchNormalization(momentum=0.9))
        base.add(layers.ReLU())
        base.add(layers.MaxPooling2D())
    base.add(layers.GlobalAveragePooling2D())
    return keras.Sequential([base, layers.Dense(5, activation="softmax", name="head")])


def train(model, rate, epochs):
    """Compiles, since `trainable` may have changed, and trains with the few pictures of new digits."""
    model.compile(keras.optimizers.Adam(rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(
        x_train[few],
        y_train[few] - 5,
        batch_size=5,
        epochs=epochs,
        validation_data=(x_test[new_test], y_test[new_test] - 5),
        verbose=0,
    )
    return history.history["val_accuracy"]


# ------------------------------------------------------------------- what somebody else has trained and saved

model = network()
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train[old][:KNOWN], y_train[old][:KNOWN], batch_size=32, epochs=EPOCHS, verbose=2)
print(f"accuracy of 0 to 4: {model.evaluate(x_test[old_test], y_test[old_test], verbose=0)[1]:.4f}")
model.get_layer("base").save("base.keras")

# ------------------------------------------------------------------- what we make of it

base = keras.models.load_model("base.keras")
base.trainable = False  # BatchNormalization keeps its statistics, in training, too
before = base.get_weights()
model = keras.Sequential([base, layers.Dense(5, activation="softmax")])
model.summary()
curves = {"frozen": train(model, 0.01, LATER)}
changed = max(np.abs(one - other).max() for one, other in zip(before, base.get_weights()))
print(f"change of the frozen part: {changed:g}")

base.trainable = True  # now all of it, a little; statistics of so few pictures would be worse than the old ones
for layer in base.layers:
    if isinstance(layer, layers.BatchNormalization):
        layer.trainable = False
curves["then all of it"] = train(model, 0.0003, LATER)
curves["from scratch"] = train(network(), 0.003, 2 * LATER)
print(f"held-out accuracy from scratch: {curves['from scratch'][-1]:.4f}")
print(f"held-out accuracy with the frozen part: {curves['frozen'][-1]:.4f}")
print(f"held-out accuracy: {curves['then all of it'][-1]:.4f}")

# ------------------------------------------------------------------- the picture

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained", width_ratios=(1.4, 1))
left.plot(range(1, LATER + 1), curves["frozen"], label="a head on the frozen part")
left.plot(range(LATER + 1, 2 * LATER + 1), curves["then all of it"], label="then all of it")
left.plot(range(1, 2 * LATER + 1), curves["from scratch"], label="from scratch")
left.set(xlabel="epoch", ylabel="held-out accuracy of 5 to 9", ylim=(0, 1))
left.legend()
right.imshow(x_train[few, ..., 0].reshape(5, EACH, 28, 28).transpose(0, 2, 1, 3).reshape(5 * 28, -1), cmap="gray_r")
right.set_title("all that it has seen of 5 to 9", fontsize=10)
right.set_axis_off()
figure.savefig("transfer_learning.png", dpi=100)
