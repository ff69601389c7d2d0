"""Dates as people write them become dates as computers do: an encoder reads, a decoder writes letter by letter.

I. Sutskever, O. Vinyals, Q. Le, Sequence to Sequence Learning with Neural Networks, 2014 (arXiv:1409.3215). In training
the decoder is given the right letters ("teacher forcing"); then two models that share its layers write alone.
"""

import sys
from datetime import date, timedelta

import matplotlib.pyplot as plt
import numpy as np
from keras.layers import LSTM, Dense, Embedding, Input
from keras.models import Model
from keras.optimizers import Adam
from keras.utils import set_random_seed

SHORT = "--short" in sys.argv
TRAIN, TEST, EPOCHS, UNITS = (300, 20, 8, 24) if SHORT else (5000, 500, 30, 80)
FORMS = ("%d %B %Y", "%d %b %Y", "%B %d, %Y", "%A, %d %B %Y", "%d/%m/%Y", "%b %d %y")
BEGIN, END = "<", ">"

set_random_seed(1)
rng = np.random.default_rng(1)
days = [date(1950, 1, 1) + timedelta(days=int(day)) for day in rng.integers(0, 36_000, TRAIN + TEST)]
asked = [day.strftime(str(rng.choice(FORMS))).lower() for day in days]
answers = [f"{BEGIN}{day.isoformat()}{END}" for day in days]


def alphabet(texts):
    """The number of each letter; 0 is left for places without one."""
    return {letter: number for number, letter in enumerate(sorted(set("".join(texts))), start=1)}


def as_numbers(texts, letters):
    """Texts as rows, filled up with 0."""
    rows = np.zeros((len(texts), max(map(len, texts))), "int32")
    for row, text in zip(rows, texts):
        row[: len(text)] = [letters[letter] for letter in text]
    return rows


read, written = alphabet(asked), alphabet(answers)
x, y = as_numbers(asked, read), as_numbers(answers, written)

# ------------------------------------------------------------------- training: every right letter leads to the next

source = Input(shape=(None,))
embedded = Embedding(len(read) + 1, 24, mask_zero=True)(source)
_, h, c = LSTM(UNITS, return_state=True)(embedded)
given = Input(shape=(None,))
embed = Embedding(len(written) + 1, 24)
decode = LSTM(UNITS, return_sequences=True, return_state=True)
answer = Dense(len(written) + 1, activation="softmax")
outputs, _, _ = decode(embed(given), initial_state=[h, c])
model = Model([source, given], answer(outputs))
model.compile(Adam(lr=0.005), loss="sparse_categorical_crossentropy", metrics=["accuracy"])
history = model.fit(
    [x[:TRAIN], y[:TRAIN, :-1]],
    y[:TRAIN, 1:],
    batch_size=64,
    epochs=EPOCHS,
    validation_data=([x[TRAIN:], y[TRAIN:, :-1]], y[TRAIN:, 1:]),
    verbose=2,
)

# ------------------------------------------------------------------- writing: every letter it wrote leads to the next

encoder = Model(source, [h, c])
before = [Input(shape=(UNITS,)), Input(shape=(UNITS,))]
outputs, *after = decode(embed(given), initial_state=before)
decoder = Model([given, *before], [answer(outputs), *after])


def write(rows):
    """What the decoder writes for these rows, all at once."""
    states = encoder.predict(rows, verbose=0)
    letters = np.full((len(rows), 1), written[BEGIN])
    found = []
    for _ in range(y.shape[1] - 1):
        probable, *states = decoder.predict([letters, *states], verbose=0)
        letters = probable[:, -1].argmax(axis=-1)[:, None]
        found.append(letters[:, 0])
    names = {number: letter for letter, number in written.items()}
    return ["".join(names.get(number, "") for number in row).partition(END)[0] for row in np.stack(found, axis=1)]


texts = write(x[TRAIN:])
right = np.array([text == day.isoformat() for text, day in zip(texts, days[TRAIN:])])
for text, found in list(zip(asked[TRAIN:], texts))[:8]:
    print(f"{text} -> {found}")
letters = model.evaluate([x[TRAIN:], y[TRAIN:, :-1]], y[TRAIN:, 1:], verbose=0)[1]
print(f"held-out letters right: {letters:.4f}")
print(f"held-out dates right: {right.mean():.4f}")

figure, axis = plt.subplots(figsize=(6, 4), layout="constrained")
axis.semilogy(range(1, EPOCHS + 1), history.history["loss"], label="training")
axis.semilogy(range(1, EPOCHS + 1), history.history["val_loss"], label="held out")
axis.set(xlabel="epoch", ylabel="loss of a letter")
axis.legend()
figure.savefig("sequence_to_sequence.png", dpi=100)
