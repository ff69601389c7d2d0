"""What hand-written TensorFlow loops share: Adam, one compiled step, and a whole epoch in one call.

A loop does what `fit` does: it shuffles, computes loss and accuracy over the epoch, and trains on the smaller
last batch too. The data is put on the device once and batches are gathered there.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

if TYPE_CHECKING:
    from collections.abc import Callable

RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7
VARIANTS = ("step", "xla-step", "epoch", "xla-epoch")


class Loop:
    """Trains `forward(parameters, x) -> logits` by Adam on the sparse cross-entropy."""

    def __init__(
        self,
        parameters: list[np.ndarray],
        forward: Callable[[list[tf.Variable], tf.Tensor], tf.Tensor],
        data: tuple[np.ndarray, np.ndarray],
        batch: int,
        variant: str,
    ) -> None:
        self.forward, self.batch, self.rows = forward, batch, len(data[0])
        self.parameters = [tf.Variable(value) for value in parameters]
        self.slots = [(tf.Variable(tf.zeros_like(p)), tf.Variable(tf.zeros_like(p))) for p in self.parameters]
        self.count = tf.Variable(0.0)
        self.loss, self.correct = tf.Variable(0.0), tf.Variable(0.0)
        self.x, self.y = (tf.constant(array) for array in data)
        self.random = np.random.default_rng(0)
        self.whole = variant.endswith("epoch")
        xla = variant.startswith("xla")
        self._step = tf.function(self.step, jit_compile=xla)
        self._epoch = tf.function(self.all_steps, jit_compile=xla)
        self._on_batch = tf.function(self.on_batch, jit_compile=xla)
        self._measure = tf.function(self.measure, jit_compile=xla, reduce_retracing=True)
        self._logits = tf.function(lambda x: tf.nn.softmax(forward(self.parameters, x)), jit_compile=xla)

    def update(self, x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        """One step of Adam; the summed loss and the number of right answers."""
        with tf.GradientTape() as tape:
            logits = self.forward(self.parameters, x)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
            loss = tf.reduce_mean(losses)
        gradients = tape.gradient(loss, self.parameters)
        self.count.assign_add(1.0)
        scale = RATE * tf.sqrt(1 - tf.pow(BETA_2, self.count)) / (1 - tf.pow(BETA_1, self.count))
        for parameter, (m, v), gradient in zip(self.parameters, self.slots, gradients, strict=True):
            gradient = tf.convert_to_tensor(gradient)
            m.assign_add((gradient - m) * (1 - BETA_1))
            v.assign_add((gradient * gradient - v) * (1 - BETA_2))
            parameter.assign_sub(scale * m / (tf.sqrt(v) + EPSILON))
        right = tf.equal(tf.argmax(logits, axis=1, output_type=tf.int32), y)
        return tf.reduce_sum(losses), tf.reduce_sum(tf.cast(right, tf.float32))

    def step(self, indices: tf.Tensor) -> None:
        """One step on rows of the data."""
        loss, right = self.update(tf.gather(self.x, indices), tf.gather(self.y, indices))
        self.loss.assign_add(loss)
        self.correct.assign_add(right)

    def all_steps(self, order: tf.Tensor) -> None:
        """An epoch: full batches in a loop inside the program, then the remainder."""
        full = self.rows // self.batch
        batches = tf.reshape(order[: full * self.batch], (full, self.batch))
        for k in tf.range(full):
            self.step(batches[k])
        if self.rows % self.batch:
            self.step(order[full * self.batch :])

    def fit(self, epochs: int) -> tuple[float, float]:
        """Trains; returns loss and accuracy of the last epoch."""
        for _ in range(epochs):
            self.loss.assign(0.0)
            self.correct.assign(0.0)
            order = self.random.permutation(self.rows).astype("int32")
            if self.whole:
                self._epoch(tf.constant(order))
            else:
                for start in range(0, self.rows, self.batch):
                    self._step(tf.constant(order[start : start + self.batch]))
            result = float(self.loss) / self.rows, float(self.correct) / self.rows
        return result

    def on_batch(self, x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
        """One step on a batch from the caller."""
        loss, _ = self.update(x, y)
        return loss / tf.cast(tf.shape(x)[0], tf.float32)

    def train_on_batch(self, x: np.ndarray, y: np.ndarray) -> float:
        """One step on arrays; the loss as a number."""
        return float(self._on_batch(tf.constant(x), tf.constant(y)))

    def measure(self, x: tf.Tensor, y: tf.Tensor) -> None:
        """Add loss and right answers of a batch to the totals."""
        logits = self.forward(self.parameters, x)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
        self.loss.assign_add(tf.reduce_sum(losses))
        right = tf.equal(tf.argmax(logits, axis=1, output_type=tf.int32), y)
        self.correct.assign_add(tf.reduce_sum(tf.cast(right, tf.float32)))

    def evaluate(self, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
        """Loss and accuracy on arrays, a compiled call a batch."""
        self.loss.assign(0.0)
        self.correct.assign(0.0)
        for start in range(0, len(x), self.batch):
            rows = slice(start, start + self.batch)
            self._measure(tf.constant(x[rows]), tf.constant(y[rows]))
        return float(self.loss) / len(x), float(self.correct) / len(x)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Probabilities of one batch of arrays, as an array."""
        return self._logits(tf.constant(x)).numpy()

    @staticmethod
    def tensor(x: np.ndarray) -> tf.Tensor:
        """An array on the device."""
        return tf.constant(x)

    def call(self, x: tf.Tensor) -> tf.Tensor:
        """Probabilities of a tensor, as a tensor."""
        return self._logits(x)


def glorot(random: np.random.Generator, *shape: int) -> np.ndarray:
    """Initial values of a kernel."""
    receptive = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (receptive * (shape[-2] + shape[-1])))
    return random.uniform(-limit, limit, shape).astype("float32")


def zeros(*shape: int) -> np.ndarray:
    """Initial values of a bias."""
    return np.zeros(shape, "float32")


def demonstrate(make: Callable[[str], Loop]) -> None:
    """Runs every variant of a model: python benchmarks/raw/small_tensorflow.py."""
    for variant in VARIANTS:
        loop = make(variant)
        loop.fit(1)
        start = time.perf_counter()
        loss, accuracy = loop.fit(2)
        rate = 2 * loop.rows / (time.perf_counter() - start)
        print(f"{variant:10} {rate:10,.0f} samples/s, loss {loss:.4f}, accuracy {accuracy:.3f}")
