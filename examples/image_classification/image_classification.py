"""A convolutional network that reads handwritten digits, as one wrote it for Keras 2."""

import sys

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras.callbacks import LearningRateScheduler
from keras.datasets import mnist_5k
from keras.layers import BatchNormalization, Conv2D, Dense, Dropout, Flatten, MaxPooling2D
from keras.models import Sequential
from keras.preprocessing.image import ImageDataGenerator

SHORT = "--short" in sys.argv
EPOCHS = 2 if SHORT else 20
TRAIN = 512 if SHORT else 4000

keras.utils.set_random_seed(1)

# 4,000 digits to train with and 1,000 held out: grey, 28 by 28
(x_train, y_train), (x_test, y_test) = mnist_5k.load_data()
x_train, y_train = x_train[:TRAIN, ..., None] / 255.0, y_train[:TRAIN]
x_test = x_test[..., None] / 255.0

model = Sequential()
model.add(Conv2D(16, (3, 3), padding="same", activation="relu", input_shape=(28, 28, 1)))
model.add(BatchNormalization(momentum=0.9))
model.add(MaxPooling2D((2, 2)))
model.add(Conv2D(32, (3, 3), padding="same", activation="relu"))
model.add(BatchNormalization(momentum=0.9))
model.add(MaxPooling2D((2, 2)))
model.add(Conv2D(64, (3, 3), activation="relu"))
model.add(BatchNormalization(momentum=0.9))
model.add(Flatten())
model.add(Dropout(0.3))
model.add(Dense(10, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.summary()

# Every epoch sees the digits turned, moved and sized a little differently.
shaken = ImageDataGenerator(rotation_range=10, width_shift_range=0.08, height_shift_range=0.08, zoom_range=0.08)
history = model.fit(
    shaken.flow(x_train, y_train, batch_size=32, seed=1),
    epochs=EPOCHS,
    validation_data=(x_test, y_test),
    callbacks=[LearningRateScheduler(lambda epoch: 0.003 * 0.85**epoch)],
    verbose=2,
)
loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print(f"held-out loss: {loss:.4f}")
print(f"held-out accuracy: {accuracy:.4f}")

# ------------------------------------------------------------------- the picture

guesses = model.predict(x_test, verbose=0)
hardest = np.argsort(guesses[np.arange(len(y_test)), y_test])[:15]
figure = plt.figure(figsize=(10, 4), layout="constrained")
curves, grid = figure.subfigures(1, 2)
axis = curves.subplots()
epochs = range(1, EPOCHS + 1)
axis.plot(epochs, history.history["accuracy"], label="training (shaken digits)")
axis.plot(epochs, history.history["val_accuracy"], label="held out")
axis.set(xlabel="epoch", ylabel="accuracy", ylim=(0.85, 1))
axis.legend()
for cell, row in zip(grid.subplots(3, 5).flat, hardest):
    cell.imshow(x_test[row, ..., 0], cmap="gray_r")
    guess = guesses[row].argmax()
    cell.set_title(f"{guess}", fontsize=10, color="black" if guess == y_test[row] else "red")
    cell.set_axis_off()
grid.suptitle("the hardest held-out digits (red: wrong)", fontsize=10)
figure.savefig("image_classification.png", dpi=100)
