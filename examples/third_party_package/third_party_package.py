"""Digits read by a network of layers from a package by someone else, beside one of Keras's own layers alone."""

import sys

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras.datasets import digits
from keras.layers import Dense, Input, LayerNormalization, add
from keras.models import Model, load_model
from learned_swish import GatedSwish, LearnedSwish

SHORT = "--short" in sys.argv
UNITS, BLOCKS, EPOCHS = (16, 1, 6) if SHORT else (48, 3, 25)
HIDDEN = 32 if SHORT else 96

(x_train, y_train), (x_test, y_test) = digits.load_data()
x_train, x_test = (x.reshape(-1, 64).astype("float32") for x in (x_train, x_test))


def gated(x):
    """What the package offers: one dense layer opens and closes another."""
    return GatedSwish(HIDDEN)(x)


def plain(x):
    """As many weights without the gate, so half as wide again."""
    return Dense(UNITS, use_bias=False)(Dense(HIDDEN * 3 // 2, use_bias=False, activation="relu")(x))


def network(block, name):
    """Blocks beside shortcuts, as in a transformer."""
    inputs = Input((64,))
    x = Dense(UNITS)(inputs)
    for _ in range(BLOCKS):
        x = add([x, block(LayerNormalization()(x))])
    outputs = Dense(10, activation="softmax")(LearnedSwish()(x) if block is gated else keras.activations.relu(x))
    return Model(inputs, outputs, name=name)


histories, models = {}, {}
for block in (gated, plain):
    name = block.__name__
    keras.utils.set_random_seed(1)
    model = models[name] = network(block, name)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    print(f"{name}: {model.count_params():,} weights")
    data = {"validation_data": (x_test, y_test), "batch_size": 32, "epochs": EPOCHS}
    histories[name] = model.fit(x_train, y_train, verbose=0, **data).history

# Its entry point in `keras.objects` tells where the layers are: no custom_objects, nothing to import first.
models["gated"].save("third_party_package.keras")
loaded = load_model("third_party_package.keras")
apart = np.abs(loaded.predict(x_test, verbose=0) - models["gated"].predict(x_test, verbose=0)).max()
print(f"held-out accuracy: {histories['gated']['val_accuracy'][-1]:.4f}")
print(f"held-out accuracy without the package: {histories['plain']['val_accuracy'][-1]:.4f}")
print(f"loaded again, apart by: {apart:.1e}")

# ------------------------------------------------------------------- the picture: curves, and what was learned

figure, (curves, betas) = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
for name, history in histories.items():
    curves.plot(range(1, EPOCHS + 1), 100 * (1 - np.array(history["val_accuracy"])), label=f"{name} blocks")
curves.set(xlabel="epoch", ylabel="held-out digits wrong, %", ylim=(0, 20))
curves.legend()
learned = {layer.name: layer.swish for layer in loaded.layers if isinstance(layer, GatedSwish)}
learned |= {layer.name: layer for layer in loaded.layers if isinstance(layer, LearnedSwish)}
for name, layer in learned.items():
    (beta,) = layer.get_weights()
    betas.plot(np.linspace(0, 1, len(beta)), np.sort(beta), label=name)
betas.axhline(1, color="black", linewidth=1)
betas.set(xlabel="share of the channels", ylabel="learned beta", title="x · sigmoid(beta · x), which began with 1")
betas.legend()
figure.savefig("third_party_package.png", dpi=100)
