"""Handwritten digits, recognised by a small network.

nox -s quickstart sets everything up and runs this file. By hand: python examples/quickstart.py
"""

import argparse
from pathlib import Path

import numpy as np
from digits import draw, load_digits

options = argparse.ArgumentParser()
options.add_argument("--seed", type=int, default=0)
options.add_argument("--output", type=Path, default=Path("quickstart-output"))
arguments = options.parse_args()

(x_train, y_train), (x_test, y_test) = load_digits()
x_batch, y_batch = x_train[:32], y_train[:32]
print(f"Data: MNIST digits of 28 by 28 pixels, {len(x_train)} to train with and {len(x_test)} held out")

from keras.config import backend
from keras.utils import set_random_seed

print(f"Backend: {backend()}")
set_random_seed(arguments.seed)

# ------------------------------------------------------------------- the quick start

import keras
from keras.models import Sequential
from keras.layers import Dense
model = Sequential()
model.add(Dense(units=64, activation='relu', input_dim=784))
model.add(Dense(units=10, activation='softmax'))
model.compile(loss=keras.losses.categorical_crossentropy,
              optimizer=keras.optimizers.SGD(lr=0.01, momentum=0.9, nesterov=True), metrics=['accuracy'])
model.fit(x_train, y_train, epochs=5, batch_size=32)
model.train_on_batch(x_batch, y_batch)
loss_and_metrics = model.evaluate(x_test, y_test, batch_size=128)
classes = model.predict(x_test, batch_size=128)

# ------------------------------------------------------------------- and what came of it

print(f"Held out: loss {loss_and_metrics[0]:.4f}, accuracy {loss_and_metrics[1]:.3f}")

arguments.output.mkdir(parents=True, exist_ok=True)
model.save(arguments.output / "digits.keras")
again = keras.models.load_model(arguments.output / "digits.keras")
if not np.array_equal(again.predict(x_test, batch_size=128), classes):
    raise SystemExit("The model that was loaded predicts something else than the one that was saved.")
print(f"Saved the model as {arguments.output / 'digits.keras'}; loaded again, it predicts the same")
np.savez(arguments.output / "held_out.npz", digits=x_test[:10], labels=y_test[:10].argmax(axis=1))

draw(arguments.output / "digits.png", model.history.history, x_test, y_test, classes)
print(f"Drew curves and digits in {arguments.output / 'digits.png'}")
