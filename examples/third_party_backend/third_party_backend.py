"""What each op of a prediction costs, by a backend from a package by someone else; trained on any other backend."""

import sys

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras.datasets import digits
from keras.layers import BatchNormalization, Conv2D, Dense, Flatten, Input, MaxPooling2D
from keras.models import Sequential, load_model
from op_profile import profile

SHORT = "--short" in sys.argv
FILTERS, EPOCHS, REPEATS = (8, 4, 2) if SHORT else (32, 12, 20)
BATCHES = (1, 16, 256)

keras.utils.set_random_seed(1)
(x_train, y_train), (x_test, y_test) = digits.load_data()
x_train, x_test = (x.reshape(-1, 8, 8, 1).astype("float32") for x in (x_train, x_test))

model = Sequential()
model.add(Input((8, 8, 1)))
model.add(Conv2D(FILTERS, 3, padding="same", activation="relu"))
model.add(BatchNormalization())
model.add(MaxPooling2D())
model.add(Conv2D(2 * FILTERS, 3, activation="relu"))
model.add(Flatten())
model.add(Dense(10, activation="softmax"))
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x_train, y_train, batch_size=32, epochs=EPOCHS, verbose=0)
print(f"trained on {keras.backend.backend()}")
print(f"held-out accuracy: {model.evaluate(x_test, y_test, verbose=0)[1]:.4f}")
model.save("third_party_backend.keras")
expected = model.predict(x_test, verbose=0)

# Its entry point in `keras.backends` is all that tells Keras of it.
costs = {}
with keras.use_backend("numpy-profiled"):
    profiled = load_model("third_party_backend.keras")
    apart = np.abs(profiled.predict(x_test, verbose=0) - expected).max()
    for batch in BATCHES:
        x = x_test[:batch]
        profiled.predict_on_batch(x)  # what is done once is left out
        with profile() as costs[batch]:
            for _ in range(REPEATS):
                profiled.predict_on_batch(x)
print(f"on numpy-profiled apart by: {apart:.1e}")
for batch, found in costs.items():
    print(f"\n{REPEATS} predictions of {batch} digits\n{found}")

# ------------------------------------------------------------------- the picture: microseconds a digit, by op

figure, axes = plt.subplots(1, len(BATCHES), figsize=(11, 3.2), layout="constrained", sharey=True, sharex=True)
last = costs[BATCHES[-1]]
order = sorted(last, key=lambda name: last[name].seconds)
for axis, (batch, found) in zip(axes, costs.items()):
    spent = [1e6 * found[name].seconds / REPEATS / batch if name in found else 0 for name in order]
    axis.barh(order, spent)
    axis.set(
        xscale="log",
        title=f"{batch} digit{'s' if batch > 1 else ''} at once: {sum(spent):.1f} µs each",
        xlabel="µs a digit",
    )
figure.savefig("third_party_backend.png", dpi=100)
