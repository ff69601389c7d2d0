"""A neural Turing machine learns to copy: from sequences of up to 20 vectors of bits, for sequences of 40.

A. Graves, G. Wayne, I. Danihelka, Neural Turing Machines, 2014 (arXiv:1410.5401), with a feed-forward controller, and a
gate by which it writes nothing (A. Graves et al., Hybrid computing using a neural network with dynamic external memory,
2016).
"""

import sys

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers, ops

SHORT = "--short" in sys.argv
BITS, LONGEST, TWICE = (3, 3, 6) if SHORT else (8, 20, 40)
SLOTS, WIDTH, UNITS = (8, 6, 24) if SHORT else (48, 16, 80)
EPOCHS, STEPS, BATCH = (3, 30, 32) if SHORT else (22, 100, 16)


class TuringCell(layers.Layer):
    """A controller with one head that reads and one that writes.

    Its states are what was read last, where the heads are (read, write), and the memory.
    """

    def __init__(self, slots, width, units, bits, **kwargs):
        super().__init__(**kwargs)
        self.slots, self.width, self.bits = slots, width, bits
        self.state_size = [width, slots, slots, (slots, width)]
        self.output_size = bits
        self.hidden = layers.Dense(units, activation="tanh")
        # keys, sharpness, gates, shifts; what to erase and add, and whether
        self.head = layers.Dense(2 * (width + 6) + 2 * width + 1)
        self.answer = layers.Dense(bits, activation="sigmoid")

    def build(self, input_shape):
        self.hidden.build((input_shape[0], input_shape[-1] + self.width))
        self.head.build((input_shape[0], self.hidden.units))
        self.answer.build((input_shape[0], self.hidden.units + self.width))

    def get_initial_state(self, batch_size=None):
        first = ops.tile(ops.one_hot([0], self.slots), (batch_size, 1))
        memory = ops.full((batch_size, self.slots, self.width), 1e-3)
        return [ops.zeros((batch_size, self.width)), first, first, memory]

    def address(self, said, before, memory):
        """Where a head goes (section 3.3): by likeness to a key or from where it was, then moved by up to one slot."""
        key, beta, gate, shift, gamma = ops.split(said, np.cumsum([self.width, 1, 1, 3]), axis=-1)
        key = ops.expand_dims(ops.tanh(key), 1)
        likeness = ops.sum(ops.normalize(memory, axis=-1) * ops.normalize(key, axis=-1), axis=-1)
        found = ops.softmax(ops.softplus(beta) * likeness)
        mixed = before + ops.sigmoid(gate) * (found - before)
        back, stay, on = ops.split(ops.softmax(shift), 3, axis=-1)
        moved = back * ops.roll(mixed, -1, axis=1) + stay * mixed + on * ops.roll(mixed, 1, axis=1)
        sharp = (moved + 1e-6) ** (1 + ops.softplus(gamma))
        return sharp / ops.sum(sharp, axis=-1, keepdims=True)

    def call(self, inputs, states):
        read, reading, writing, memory = states
        hidden = self.hidden(ops.concatenate([inputs, read], axis=-1))
        one = self.width + 6
        cuts = np.cumsum([one, one, self.width, self.width])
        to_read, to_write, erase, add, whether = ops.split(self.head(hidden), cuts, axis=-1)
        writing = self.address(to_write, writing, memory)
        here = ops.expand_dims(ops.sigmoid(whether) * writing, -1)
        erase, add = ops.expand_dims(ops.sigmoid(erase), 1), ops.expand_dims(ops.tanh(add), 1)
        memory = memory * (1 - here * erase) + here * add
        reading = self.address(to_read, reading, memory)
        read = ops.sum(ops.expand_dims(reading, -1) * memory, axis=1)
        return self.answer(ops.concatenate([hidden, read], axis=-1)), [read, reading, writing, memory]


def sequences(rng, count, lengths, longest):
    """x: bits, a mark that asks for them, silence; y: the bits, after the mark; weights: 1 where they are asked for."""
    x, y = np.zeros((count, 2 * longest + 1, BITS + 1), "float32"), np.zeros((count, 2 * longest + 1, BITS), "float32")
    weights = np.zeros((count, 2 * longest + 1), "float32")
    for row, length in enumerate(rng.choice(lengths, count)):
        bits = rng.integers(0, 2, (length, BITS))
        x[row, :length, :BITS], x[row, length, BITS] = bits, 1
        y[row, length + 1 : 2 * length + 1] = bits
        weights[row, length + 1 : 2 * length + 1] = 1
    return x, y, weights


def for_ever(rng):
    """New sequences of 1 to LONGEST vectors without end."""
    while True:
        yield sequences(rng, BATCH, np.arange(1, LONGEST + 1), LONGEST)


keras.utils.set_random_seed(1)
rng = np.random.default_rng(1)
cell = TuringCell(SLOTS, WIDTH, UNITS, BITS)
model = keras.Sequential([keras.Input((None, BITS + 1)), layers.RNN(cell, return_sequences=True)])
model.compile(keras.optimizers.Adam(0.003, clipnorm=1.0), "binary_crossentropy")
rate = keras.callbacks.LearningRateScheduler(lambda epoch: 0.003 * 0.92**epoch)
history = model.fit(for_ever(rng), steps_per_epoch=STEPS, epochs=EPOCHS, callbacks=[rate], verbose=2)

for length in (LONGEST, TWICE):
    x, y, asked = sequences(rng, 100, [length], length)
    right = (model.predict(x, verbose=0) > 0.5) == (y > 0.5)
    print(f"share of bits right at length {length}: {right[asked > 0].mean():.4f}")

# ------------------------------------------------------------------- what it does with its memory, step by step

x, y, _ = sequences(rng, 1, [TWICE], TWICE)
states, steps = cell.get_initial_state(1), []
for step in range(x.shape[1]):
    output, states = cell(ops.convert_to_tensor(x[:, step]), states)
    steps.append([ops.convert_to_numpy(value)[0] for value in (output, *states[1:])])
outputs, reading, writing, memory = (np.stack(values) for values in zip(*steps))
figure, axes = plt.subplots(3, 2, figsize=(10, 6), layout="constrained")
pictures = {
    "given": x[0, :, :BITS].T,
    "answered": outputs.T,
    "where it writes": writing.T,
    "where it reads": reading.T,
    "memory when it is asked": memory[TWICE].T,
    "training: loss by epoch": None,
}
for axis, (title, picture) in zip(axes.flat, pictures.items()):
    axis.set_title(title, fontsize=9)
    if picture is None:
        axis.semilogy(history.history["loss"])
    else:
        axis.imshow(picture, aspect="auto", cmap="gray_r", interpolation="nearest")
figure.savefig("neural_turing_machine.png", dpi=100)
