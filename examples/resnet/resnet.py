"""Why networks have shortcuts: one of many layers learns to read digits with them, and does not without.

K. He et al., Identity Mappings in Deep Residual Networks, 2016 (arXiv:1603.05027).
"""

import sys

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers
from keras.datasets import digits

SHORT = "--short" in sys.argv
BLOCKS, STAGES, WIDTH, EPOCHS, TRAIN = (1, 2, 8, 4, 320) if SHORT else (7, 3, 12, 12, 1433)

keras.utils.set_random_seed(1)
(x_train, y_train), (x_test, y_test) = digits.load_data()
x_train, x_test = x_train[..., None].astype("float32") / 16, x_test[..., None].astype("float32") / 16
x_train, y_train = x_train[:TRAIN], y_train[:TRAIN]


def block(x, filters, strides, shortcut):
    """Two convolutions, each after normalization and relu, and what they are added to."""
    y = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    beside = x
    if strides > 1 or x.shape[-1] != filters:
        beside = layers.Conv2D(filters, 1, strides=strides, use_bias=False)(y)
    y = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(y)
    y = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(y))
    y = layers.Conv2D(filters, 3, padding="same", use_bias=False)(y)
    return layers.Add()([beside, y]) if shortcut else y


def network(shortcut):
    """Stages of blocks, each with half the side and twice the filters of the one before."""
    inputs = keras.Input((8, 8, 1))
    x = layers.RandomTranslation(0.1, 0.1, fill_mode="constant", seed=1)(inputs)
    x = layers.RandomRotation(0.03, fill_mode="constant", seed=1)(x)
    x = layers.Conv2D(WIDTH, 3, padding="same", use_bias=False)(x)
    for stage in range(STAGES):
        for number in range(BLOCKS):
            x = block(x, WIDTH * 2**stage, 2 if stage and not number else 1, shortcut)
    x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(x))
    x = layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    return keras.Model(inputs, x, name="with_shortcuts" if shortcut else "without")


histories, guesses = {}, {}
for shortcut in (True, False):
    model = network(shortcut)
    steps = EPOCHS * -(-len(x_train) // 32)
    model.compile(
        optimizer=keras.optimizers.SGD(keras.optimizers.schedules.CosineDecay(0.1, steps), momentum=0.9, nesterov=True),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    histories[shortcut] = model.fit(
        x_train, y_train, batch_size=32, epochs=EPOCHS, validation_data=(x_test, y_test), verbose=2
    ).history
    guesses[shortcut] = model.predict(x_test, verbose=0)
    convolutions = sum(isinstance(layer, layers.Conv2D) and layer.kernel_size != (1, 1) for layer in model.layers)
    print(f"{convolutions} convolutions, {model.count_params():,} parameters")
right, without = (float(np.mean(guesses[shortcut].argmax(axis=1) == y_test)) for shortcut in (True, False))
print(f"held-out accuracy without shortcuts: {without:.4f}")
print(f"held-out accuracy: {right:.4f}")

# ------------------------------------------------------------------- the picture

figure = plt.figure(figsize=(10, 4), layout="constrained")
curves, grid = figure.subfigures(1, 2)
axis = curves.subplots()
for shortcut, label in ((True, "with shortcuts"), (False, "without")):
    (line,) = axis.plot(range(1, EPOCHS + 1), histories[shortcut]["loss"], label=label)
    axis.plot(range(1, EPOCHS + 1), histories[shortcut]["val_loss"], "--", color=line.get_color())
axis.set(xlabel="epoch", ylabel="loss (dashed: held out)", ylim=(0, 3))
axis.legend()
hardest = np.argsort(guesses[True][np.arange(len(y_test)), y_test])[:15]
for cell, row in zip(grid.subplots(3, 5).flat, hardest):
    cell.imshow(x_test[row, ..., 0], cmap="gray_r")
    guess = guesses[True][row].argmax()
    cell.set_title(f"{guess}", fontsize=10, color="black" if guess == y_test[row] else "red")
    cell.set_axis_off()
grid.suptitle("the hardest held-out digits (red: wrong)", fontsize=10)
figure.savefig("resnet.png", dpi=100)
