"""Stacked LSTMs learn to write like Python's language reference, letter by letter, and write at several temperatures.

The text comes with Python: the topics of `help()`.
"""

import sys
from pydoc_data.topics import topics

import matplotlib.pyplot as plt
import numpy as np
from keras.layers import LSTM, Dense, Dropout, Embedding, TimeDistributed
from keras.models import Sequential
from keras.optimizers import Adam
from keras.utils import set_random_seed

SHORT = "--short" in sys.argv
LETTERS, EPOCHS, UNITS, WRITTEN = (20_000, 3, 32, 60) if SHORT else (100_000, 12, 96, 300)
STEPS = 100  # letters of one row of a batch
TEMPERATURES = (0.2, 0.5, 0.8, 1.1)

set_random_seed(1)
text = "\n\n".join(topics[name] for name in sorted(topics))[:LETTERS]
alphabet = sorted(set(text))
numbers = {letter: number for number, letter in enumerate(alphabet)}
coded = np.array([numbers[letter] for letter in text])
print(f"{len(text):,} letters, {len(alphabet)} different ones")

# Rows of 100 letters, and the same moved by one: what comes next. A tenth is held out.
rows = (len(coded) - 1) // STEPS
x, y = (coded[start : start + rows * STEPS].reshape(rows, STEPS) for start in (0, 1))
order = np.random.permutation(rows)
train, test = order[rows // 10 :], order[: rows // 10]


def network(batch, steps, stateful=False):
    """Two LSTMs on top of each other. `stateful` goes on where the last batch ended."""
    model = Sequential()
    model.add(Embedding(len(alphabet), 48, batch_input_shape=(batch, steps)))
    model.add(LSTM(UNITS, return_sequences=True, stateful=stateful))
    model.add(Dropout(0.1))
    model.add(LSTM(UNITS, return_sequences=True, stateful=stateful))
    model.add(Dropout(0.1))
    model.add(TimeDistributed(Dense(len(alphabet), activation="softmax")))
    return model


model = network(None, STEPS)
model.compile(loss="sparse_categorical_crossentropy", optimizer=Adam(lr=0.004))
history = model.fit(x[train], y[train], batch_size=32, epochs=EPOCHS, validation_data=(x[test], y[test]), verbose=2)

shares = np.bincount(coded[: rows * STEPS]) / (rows * STEPS)
shares = shares[shares > 0]
print(f"bits per letter by how frequent letters are: {-(shares * np.log2(shares)).sum():.3f}")
print(f"bits per letter held out: {model.evaluate(x[test], y[test], verbose=0) / np.log(2):.3f}")

# The same network, one letter at a time, which remembers what it has written.
writer = network(1, 1, stateful=True)
writer.set_weights(model.get_weights())


def write(seed, temperature):
    """Goes on from `seed`; low temperatures choose what is likely, high ones are bold."""
    writer.reset_states()
    for letter in seed:
        probable = writer.predict_on_batch(np.array([[numbers[letter]]]))[0, 0]
    written = []
    for _ in range(WRITTEN):
        logits = np.log(np.maximum(probable, 1e-9)) / temperature
        weights = np.exp(logits - logits.max())
        written.append(np.random.choice(len(alphabet), p=weights / weights.sum()))
        probable = writer.predict_on_batch(np.array([[written[-1]]]))[0, 0]
    return "".join(alphabet[number] for number in written)


for temperature in TEMPERATURES:
    print(f"--- temperature {temperature}\n{write('The statement ', temperature)}")

figure, axis = plt.subplots(figsize=(6, 4), layout="constrained")
for name, label in (("loss", "training"), ("val_loss", "held out")):
    axis.plot(range(1, EPOCHS + 1), np.array(history.history[name]) / np.log(2), marker=".", label=label)
axis.set(xlabel="epoch", ylabel="bits per letter")
axis.legend()
figure.savefig("text_generation.png", dpi=100)
