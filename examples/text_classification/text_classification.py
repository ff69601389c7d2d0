"""A transformer reads a function of Python's standard library and says which package it is from.

A. Vaswani et al., Attention Is All You Need, 2017 (arXiv:1706.03762). The texts come with Python.
"""

import ast
import re
import sys
from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers, ops

SHORT = "--short" in sys.argv
EACH, EPOCHS, WIDTH, BLOCKS, LENGTH = (100, 6, 32, 1, 32) if SHORT else (420, 8, 64, 2, 96)
PACKAGES = ("asyncio", "email", "importlib", "multiprocessing", "unittest", "xml")
WORDS = 4000

keras.utils.set_random_seed(1)
rng = np.random.default_rng(1)


def functions(package):
    """The source of a package's functions, spaces between names and signs, without docstrings and comments."""
    found = set()
    for path in sorted((Path(ast.__file__).parent / package).rglob("*.py")):
        if "test" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                if ast.get_docstring(node):
                    del node.body[0]
                words = re.findall(r"\w+|[^\w\s]", ast.unparse(node)) if node.body else []
                if len(words) >= 20:
                    found.add(" ".join(words))
    return sorted(found)


texts, labels = [], []
for number, package in enumerate(PACKAGES):
    found = functions(package)
    for row in rng.permutation(len(found))[:EACH]:
        texts.append(found[row])
        labels.append(number)
order = rng.permutation(len(texts))
texts, labels = np.array(texts, dtype=object)[order], np.array(labels)[order]
test, train = np.split(np.arange(len(texts)), [len(texts) // 6])

vectorize = layers.TextVectorization(max_tokens=WORDS, standardize=None, output_sequence_length=LENGTH)
vectorize.adapt(texts[train])
x = ops.convert_to_numpy(vectorize(texts))


class Positions(layers.Layer):
    """Words and their places as vectors."""

    def __init__(self, length, words, width, **kwargs):
        super().__init__(**kwargs)
        self.word = layers.Embedding(words, width, mask_zero=True)
        self.place = layers.Embedding(length, width)

    def call(self, x):
        return self.word(x) + self.place(ops.arange(ops.shape(x)[-1]))

    def compute_mask(self, x, mask=None):
        return self.word.compute_mask(x)


def block(x):
    """Every word looks at every other, then each thinks for itself."""
    attended = layers.MultiHeadAttention(num_heads=4, key_dim=WIDTH // 4, dropout=0.1)(x, x)
    x = layers.LayerNormalization()(x + attended)
    thought = layers.Dense(WIDTH)(layers.Dense(2 * WIDTH, activation="gelu")(x))
    return layers.LayerNormalization()(x + layers.Dropout(0.1)(thought))


inputs = keras.Input((LENGTH,), dtype="int32")
hidden = Positions(LENGTH, WORDS, WIDTH)(inputs)
for _ in range(BLOCKS):
    hidden = block(hidden)
hidden = layers.Dropout(0.3)(layers.GlobalAveragePooling1D()(hidden))
model = keras.Model(inputs, layers.Dense(len(PACKAGES), activation="softmax")(hidden))
model.compile(
    optimizer=keras.optimizers.AdamW(0.003 if SHORT else 0.001, weight_decay=0.01),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
model.summary()
history = model.fit(
    x[train], labels[train], batch_size=32, epochs=EPOCHS, validation_data=(x[test], labels[test]), verbose=2
).history

_, accuracy = model.evaluate(x[test], labels[test], verbose=0)
print(f"share of the largest package: {np.bincount(labels[test]).max() / len(test):.4f}")
print(f"held-out accuracy: {accuracy:.4f}")

# ------------------------------------------------------------------- the picture

guesses = model.predict(x[test], verbose=0).argmax(axis=-1)
table = np.zeros((len(PACKAGES), len(PACKAGES)), int)
np.add.at(table, (labels[test], guesses), 1)
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.5), layout="constrained")
left.plot(range(1, EPOCHS + 1), history["accuracy"], label="training")
left.plot(range(1, EPOCHS + 1), history["val_accuracy"], label="held out")
left.set(xlabel="epoch", ylabel="accuracy", ylim=(0, 1.02))
left.legend()
right.imshow(table, cmap="Blues")
right.set_xticks(range(len(PACKAGES)), PACKAGES, rotation=90)
right.set_yticks(range(len(PACKAGES)), PACKAGES)
right.set(xlabel="what the model says", ylabel="where the function is from")
for (row, column), count in np.ndenumerate(table):
    right.text(column, row, count, ha="center", va="center", color="white" if count > table.max() / 2 else "black")
figure.savefig("text_classification.png", dpi=100)
