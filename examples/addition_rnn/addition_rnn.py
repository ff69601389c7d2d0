"""An LSTM learns to add: it reads "53+61" letter by letter and writes "114".

Encoder and decoder as in I. Sutskever, O. Vinyals, Q. Le, Sequence to Sequence Learning with Neural Networks, 2014
(arXiv:1409.3215); the sum is read backwards, as W. Zaremba and I. Sutskever do in Learning to Execute, 2014
(arXiv:1410.4615).
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from keras.callbacks import LearningRateScheduler
from keras.layers import LSTM, Dense, RepeatVector, TimeDistributed
from keras.models import Sequential
from keras.optimizers import Adam
from keras.utils import set_random_seed

SHORT = "--short" in sys.argv
DIGITS, TRAIN, TEST, EPOCHS, UNITS = (1, 80, 20, 60, 32) if SHORT else (2, 8000, 1000, 60, 80)
LETTERS = "0123456789+ "
ASKED, ANSWERED = 2 * DIGITS + 1, DIGITS + 1


def one_hot(texts, length):
    """Texts as rows of (length, letters)."""
    numbers = [[LETTERS.index(letter) for letter in text.ljust(length)] for text in texts]
    return np.eye(len(LETTERS), dtype="float32")[numbers]


set_random_seed(1)
rng = np.random.default_rng(1)
pairs = set()
while len(pairs) < TRAIN + TEST:  # numbers of all lengths, no sum twice
    digits = rng.integers(1, DIGITS + 1, 2)
    pairs.add(tuple(int(rng.integers(0, 10**count)) for count in digits))
pairs = sorted(pairs)
rng.shuffle(pairs)
sums = [f"{a}+{b}" for a, b in pairs]
answers = [str(a + b) for a, b in pairs]
x, y = one_hot([text.ljust(ASKED)[::-1] for text in sums], ASKED), one_hot(answers, ANSWERED)

model = Sequential()
model.add(LSTM(UNITS, input_shape=(ASKED, len(LETTERS))))
model.add(RepeatVector(ANSWERED))
model.add(LSTM(UNITS, return_sequences=True))
model.add(TimeDistributed(Dense(len(LETTERS), activation="softmax")))
model.compile(loss="categorical_crossentropy", optimizer=Adam(lr=0.004), metrics=["accuracy"])
history = model.fit(
    x[:TRAIN],
    y[:TRAIN],
    batch_size=16 if SHORT else 64,
    epochs=EPOCHS,
    validation_data=(x[TRAIN:], y[TRAIN:]),
    callbacks=[LearningRateScheduler(lambda epoch: 0.004 * 0.93 ** max(0, epoch - EPOCHS // 4))],
    verbose=2,
)

guesses = model.predict(x[TRAIN:], verbose=0).argmax(axis=-1)
written = ["".join(LETTERS[number] for number in row).strip() for row in guesses]
right = np.array([text == answer for text, answer in zip(written, answers[TRAIN:])])
for sum_, text, answer in list(zip(sums[TRAIN:], written, answers[TRAIN:]))[:10]:
    print(f"{sum_} = {text}" + ("" if text == answer else f", but it is {answer}"))
loss, letters = model.evaluate(x[TRAIN:], y[TRAIN:], verbose=0)
print(f"held-out letters right: {letters:.4f}")
print(f"held-out sums right: {right.mean():.4f}")

figure, axis = plt.subplots(figsize=(6, 4), layout="constrained")
axis.plot(range(1, EPOCHS + 1), history.history["accuracy"], label="training")
axis.plot(range(1, EPOCHS + 1), history.history["val_accuracy"], label="held out")
axis.set(xlabel="epoch", ylabel="letters right", ylim=(0, 1.02))
axis.legend()
figure.savefig("addition_rnn.png", dpi=100)
