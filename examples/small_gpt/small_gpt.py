"""A small GPT: it learns Python's language reference letter by letter, and writes with cached keys and values.

A. Radford et al., Improving Language Understanding by Generative Pre-Training, 2018. The text comes with Python: the
topics of `help()`. A cache holds keys and values of what was read, so that a new letter costs one step, not all of them
again.
"""

import sys
from pydoc_data.topics import topics

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers, ops

SHORT = "--short" in sys.argv
LETTERS, EPOCHS, WIDTH, BLOCKS, LENGTH = (20_000, 3, 32, 1, 24) if SHORT else (200_000, 12, 64, 2, 96)
HEADS, STEPS, TEMPERATURES = 4, 8 if SHORT else LENGTH, (0.3,) if SHORT else (0.3, 0.6, 0.9)

keras.utils.set_random_seed(1)
text = "\n\n".join(topics[name] for name in sorted(topics))[:LETTERS]
alphabet = sorted(set(text))
coded = np.array([alphabet.index(letter) for letter in text], "int32")
rows = (len(coded) - 1) // LENGTH
x, y = (coded[start : start + rows * LENGTH].reshape(rows, LENGTH) for start in (0, 1))
order = np.random.permutation(rows)
train, test = order[rows // 10 :], order[: rows // 10]


class Block(layers.Layer):
    """Attention to what came before, then two dense layers, each beside a shortcut."""

    def __init__(self, width, heads, **kwargs):
        super().__init__(**kwargs)
        self.attention = layers.MultiHeadAttention(heads, width // heads)
        self.thinking = keras.Sequential([layers.Dense(4 * width, activation="gelu"), layers.Dense(width)])
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]
        self.dropout = layers.Dropout(0.1)

    def call(self, x, cache=None, first=None):
        read = self.norms[0](x)
        if cache is None:
            attended = self.attention(read, read, use_causal_mask=True)
        else:
            attended, cache = self.attention(read, read, use_causal_mask=True, cache=cache, cache_update_index=first)
        x = x + self.dropout(attended)
        x = x + self.dropout(self.thinking(self.norms[1](x)))
        return x if cache is None else (x, cache)


class GPT(keras.Model):
    """Letters in, logits of the next letters out; with caches also these, for what follows."""

    def __init__(self, letters, length, width, heads, blocks):
        super().__init__()
        self.length = length
        self.letter = layers.Embedding(letters, width)
        self.place = layers.Embedding(length, width)
        self.blocks = [Block(width, heads) for _ in range(blocks)]
        self.norm = layers.LayerNormalization()
        self.head = layers.Dense(letters)
        self.seeds = keras.random.SeedGenerator(1)

    def call(self, x, caches=None, first=0):
        places = first + ops.arange(ops.shape(x)[1])
        x = self.letter(x) + self.place(places)
        if caches is None:
            for block in self.blocks:
                x = block(x)
            return self.head(self.norm(x))
        after = []
        for block, cache in zip(self.blocks, caches):
            x, cache = block(x, cache, first)
            after.append(cache)
        return self.head(self.norm(x)), after

    def make_caches(self, count):
        return [block.attention.make_cache(count, self.length) for block in self.blocks]

    def write(self, prompt, temperature):
        """Goes on from `prompt`, letters (n, steps), until the model's length."""
        count, steps = prompt.shape
        written = ops.pad(prompt, ((0, 0), (0, self.length - steps)))
        logits, caches = self(prompt, self.make_caches(count), 0)

        def step(place, written, logits, caches):
            letter = keras.random.categorical(logits / temperature, 1, dtype="int32", seed=self.seeds)
            written = ops.slice_update(written, (0, place), letter)
            logits, caches = self(letter, caches, place)
            return place + 1, written, logits[:, -1], caches

        return ops.while_loop(lambda place, *_: place < self.length, step, (steps, written, logits[:, -1], caches))[1]


model = GPT(len(alphabet), LENGTH, WIDTH, HEADS, BLOCKS)
model.compile(
    optimizer=keras.optimizers.Adam(0.004, clipnorm=1.0),
    loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
)
history = model.fit(
    x[train], y[train], batch_size=32, epochs=EPOCHS, validation_data=(x[test], y[test]), verbose=2
).history
print(f"bits per letter held out: {model.evaluate(x[test], y[test], verbose=0) / np.log(2):.3f}")

# Step by step, with the cache, is the same as all at once.
some = x[test[:2], :STEPS]
whole = ops.convert_to_numpy(model(some))
caches, stepwise = model.make_caches(len(some)), []
for place in range(STEPS):
    logits, caches = model(some[:, place : place + 1], caches, place)
    stepwise.append(ops.convert_to_numpy(logits))
print(f"difference of logits with and without cache: {np.abs(np.concatenate(stepwise, axis=1) - whole).max():.2e}")

prompt = np.array([[alphabet.index(letter) for letter in "The statement "]] * 3, "int32")
for temperature in TEMPERATURES:
    written = ops.convert_to_numpy(model.write(prompt, temperature))
    print(f"--- temperature {temperature}")
    print("\n".join(repr("".join(alphabet[letter] for letter in row)) for row in written))

# ------------------------------------------------------------------- the picture

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for name, label in (("loss", "training"), ("val_loss", "held out")):
    left.plot(range(1, EPOCHS + 1), np.array(history[name]) / np.log(2), marker=".", label=label)
left.set(xlabel="epoch", ylabel="bits per letter")
left.legend()
logits = model.predict(x[test], verbose=0)
bits = ops.convert_to_numpy(keras.losses.sparse_categorical_crossentropy(y[test], logits, from_logits=True)) / np.log(2)
right.plot(range(1, LENGTH + 1), bits.mean(axis=0))
right.set(xlabel="letters that the model has read", ylabel="bits of the next, held out")
figure.savefig("small_gpt.png", dpi=100)
