"""What hand-written JAX loops share: Adam, one compiled step, and a whole epoch in one call.

A loop does what `fit` does: it shuffles, computes loss and accuracy over the epoch, and trains on the smaller
last batch too. The data is put on the device once and batches are gathered there.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

RATE, BETA_1, BETA_2, EPSILON = 1e-3, 0.9, 0.999, 1e-7
VARIANTS = ("step", "epoch")


class Loop:
    """Trains `forward(parameters, x) -> logits` by Adam on the sparse cross-entropy."""

    def __init__(
        self,
        parameters: list[np.ndarray],
        forward: Callable[[list[jax.Array], jax.Array], jax.Array],
        data: tuple[np.ndarray, np.ndarray],
        batch: int,
        variant: str,
    ) -> None:
        self.forward, self.batch, self.rows = forward, batch, len(data[0])
        parameters = [jnp.asarray(value) for value in parameters]
        zeros = [jnp.zeros_like(value) for value in parameters]
        self.state = parameters, zeros, [jnp.zeros_like(value) for value in parameters], jnp.zeros(())
        self.x, self.y = (jnp.asarray(array) for array in data)
        self.random = np.random.default_rng(0)
        self.whole = variant.endswith("epoch")
        self._step = jax.jit(self.step, donate_argnums=0)
        self._epoch = jax.jit(self.all_steps, donate_argnums=0)
        self._on_batch = jax.jit(self.update, donate_argnums=0)
        self._measure = jax.jit(self.measure)
        self._probabilities = jax.jit(lambda parameters, x: jax.nn.softmax(forward(parameters, x)))

    def update(self, state: Any, x: jax.Array, y: jax.Array) -> tuple[Any, jax.Array, jax.Array]:
        """One step of Adam; the new state, the summed loss and the number of right answers."""
        parameters, firsts, seconds, count = state

        def loss_of(parameters: list[jax.Array]) -> tuple[jax.Array, tuple[jax.Array, jax.Array]]:
            logits = self.forward(parameters, x)
            chosen = jax.nn.one_hot(y, logits.shape[1])
            losses = -jnp.sum(chosen * jax.nn.log_softmax(logits), axis=1)
            right = jnp.argmax(logits, axis=1) == y
            return jnp.mean(losses), (jnp.sum(losses), jnp.sum(right.astype("float32")))

        gradients, (loss, right) = jax.grad(loss_of, has_aux=True)(parameters)
        count = count + 1
        scale = RATE * jnp.sqrt(1 - BETA_2**count) / (1 - BETA_1**count)
        firsts = [m + (g - m) * (1 - BETA_1) for m, g in zip(firsts, gradients, strict=True)]
        seconds = [v + (g * g - v) * (1 - BETA_2) for v, g in zip(seconds, gradients, strict=True)]
        parameters = [
            p - scale * m / (jnp.sqrt(v) + EPSILON) for p, m, v in zip(parameters, firsts, seconds, strict=True)
        ]
        return (parameters, firsts, seconds, count), loss, right

    def step(self, carry: Any, data: tuple[jax.Array, jax.Array], indices: jax.Array) -> Any:
        """One step on rows of the data; carries the state and the totals of the epoch."""
        state, total, correct = carry
        x, y = (jnp.take(array, indices, axis=0, mode="clip") for array in data)
        state, loss, right = self.update(state, x, y)
        return state, total + loss, correct + right

    def all_steps(self, carry: Any, data: tuple[jax.Array, jax.Array], order: jax.Array) -> Any:
        """An epoch: full batches in a loop inside the program, then the remainder."""
        full = self.rows // self.batch
        batches = order[: full * self.batch].reshape(full, self.batch)
        carry, _ = jax.lax.scan(lambda now, indices: (self.step(now, data, indices), None), carry, batches)
        if self.rows % self.batch:
            carry = self.step(carry, data, order[full * self.batch :])
        return carry

    def fit(self, epochs: int) -> tuple[float, float]:
        """Trains; returns loss and accuracy of the last epoch."""
        data = self.x, self.y
        for _ in range(epochs):
            carry = self.state, jnp.zeros(()), jnp.zeros(())
            order = self.random.permutation(self.rows).astype("int32")
            if self.whole:
                carry = self._epoch(carry, data, order)
            else:
                for start in range(0, self.rows, self.batch):
                    carry = self._step(carry, data, order[start : start + self.batch])
            self.state, total, correct = carry
            result = float(total) / self.rows, float(correct) / self.rows
        return result

    def train_on_batch(self, x: np.ndarray, y: np.ndarray) -> float:
        """One step on arrays; the loss as a number."""
        self.state, loss, _ = self._on_batch(self.state, x, y)
        return float(loss) / len(x)

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Probabilities of one batch of arrays, as an array."""
        return np.asarray(self._probabilities(self.state[0], x))

    def measure(self, parameters: Any, totals: Any, x: jax.Array, y: jax.Array) -> Any:
        """Totals of loss and right answers with those of a batch."""
        logits = self.forward(parameters, x)
        losses = -jnp.take_along_axis(jax.nn.log_softmax(logits), y[:, None], axis=1)
        return totals[0] + jnp.sum(losses), totals[1] + jnp.sum(jnp.argmax(logits, axis=1) == y)

    def evaluate(self, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
        """Loss and accuracy on arrays, a compiled call a batch."""
        totals = jnp.zeros(()), jnp.zeros((), "int32")
        for start in range(0, len(x), self.batch):
            rows = slice(start, start + self.batch)
            totals = self._measure(self.state[0], totals, x[rows], y[rows])
        return float(totals[0]) / len(x), float(totals[1]) / len(x)

    @staticmethod
    def tensor(x: np.ndarray) -> jax.Array:
        """An array on the device."""
        return jax.device_put(x)

    def call(self, x: jax.Array) -> jax.Array:
        """Probabilities of a tensor, as a tensor."""
        return self._probabilities(self.state[0], x)


def glorot(random: np.random.Generator, *shape: int) -> np.ndarray:
    """Initial values of a kernel."""
    receptive = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (receptive * (shape[-2] + shape[-1])))
    return random.uniform(-limit, limit, shape).astype("float32")


def zeros(*shape: int) -> np.ndarray:
    """Initial values of a bias."""
    return np.zeros(shape, "float32")


def demonstrate(make: Callable[[str], Loop], variants: tuple[str, ...] = VARIANTS) -> None:
    """Runs the variants of a model: python benchmarks/raw/small_jax.py."""
    for variant in variants:
        loop = make(variant)
        start = time.perf_counter()
        loop.fit(1)
        first = time.perf_counter() - start
        start = time.perf_counter()
        loss, accuracy = loop.fit(2)
        rate = 2 * loop.rows / (time.perf_counter() - start)
        print(f"{variant:6} {rate:10,.0f} samples/s, first {first:.1f} s, loss {loss:.4f}, accuracy {accuracy:.3f}")
