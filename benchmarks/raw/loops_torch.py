"""What hand-written PyTorch loops share: Adam by its fused kernel, with as many threads as there are cores or one.

A loop does what `fit` does: it shuffles, computes loss and accuracy over the epoch, and trains on the smaller
last batch too. The data is put on the device once and batches are gathered there.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable

RATE, BETAS, EPSILON = 1e-3, (0.9, 0.999), 1e-7
VARIANTS = ("step", "one-thread")
DEVICE = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Loop:
    """Trains `forward(parameters, x) -> logits` by Adam on the sparse cross-entropy."""

    def __init__(
        self,
        parameters: list[np.ndarray],
        forward: Callable[[list[torch.Tensor], torch.Tensor], torch.Tensor],
        data: tuple[np.ndarray, np.ndarray],
        batch: int,
        variant: str,
    ) -> None:
        if variant == "one-thread":
            torch.set_num_threads(1)
        self.batch, self.rows = batch, len(data[0])
        self.parameters = [torch.tensor(value, device=DEVICE).requires_grad_() for value in parameters]
        self.forward = forward
        self.optimizer = torch.optim.Adam(self.parameters, RATE, BETAS, EPSILON, fused=True)
        self.x, self.y = torch.tensor(data[0], device=DEVICE), torch.tensor(data[1], device=DEVICE).long()
        self.random = np.random.default_rng(0)

    def update(self, x: torch.Tensor, y: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """One step of Adam; the mean loss and the logits."""
        logits = self.forward(self.parameters, x)
        loss = torch.nn.functional.cross_entropy(logits, y)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad()
        return loss.detach(), logits.detach()

    def fit(self, epochs: int) -> tuple[float, float]:
        """Trains; returns loss and accuracy of the last epoch."""
        for _ in range(epochs):
            total, right = torch.zeros((), device=DEVICE), torch.zeros((), dtype=torch.int64, device=DEVICE)
            order = self.tensor(self.random.permutation(self.rows))
            for indices in order.split(self.batch):
                y = self.y[indices]
                loss, logits = self.update(self.x[indices], y)
                total += loss * len(indices)
                right += (logits.argmax(1) == y).sum()
            result = float(total) / self.rows, float(right) / self.rows
        return result

    def train_on_batch(self, x: np.ndarray, y: np.ndarray) -> float:
        """One step on arrays; the loss as a number."""
        return float(self.update(self.tensor(x), self.tensor(y).long())[0])

    @staticmethod
    def tensor(x: np.ndarray) -> torch.Tensor:
        """An array on the device, without a copy where that is the processor."""
        return torch.from_numpy(x).to(DEVICE)

    @torch.inference_mode()
    def evaluate(self, x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
        """Loss and accuracy on arrays, batch by batch."""
        total, right = torch.zeros((), device=DEVICE), torch.zeros((), dtype=torch.int64, device=DEVICE)
        for start in range(0, len(x), self.batch):
            rows = slice(start, start + self.batch)
            labels = self.tensor(y[rows]).long()
            logits = self.forward(self.parameters, self.tensor(x[rows]))
            total += torch.nn.functional.cross_entropy(logits, labels, reduction="sum")
            right += (logits.argmax(1) == labels).sum()
        return float(total) / len(x), float(right) / len(x)

    @torch.inference_mode()
    def predict(self, x: np.ndarray) -> np.ndarray:
        """Probabilities of one batch of arrays, as an array."""
        return torch.softmax(self.forward(self.parameters, self.tensor(x)), -1).cpu().numpy()

    @torch.inference_mode()
    def call(self, x: torch.Tensor) -> torch.Tensor:
        """Probabilities of a tensor, as a tensor."""
        return torch.softmax(self.forward(self.parameters, x), -1)


def glorot(random: np.random.Generator, *shape: int) -> np.ndarray:
    """Initial values of a kernel whose last two axes are inputs and outputs."""
    receptive = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (receptive * (shape[-2] + shape[-1])))
    return random.uniform(-limit, limit, shape).astype("float32")


def zeros(*shape: int) -> np.ndarray:
    """Initial values of a bias."""
    return np.zeros(shape, "float32")


def demonstrate(make: Callable[[str], Loop]) -> None:
    """Runs every variant of a model: python benchmarks/raw/small_torch.py."""
    threads = torch.get_num_threads()
    for variant in VARIANTS:
        torch.set_num_threads(threads)
        loop = make(variant)
        loop.fit(1)
        start = time.perf_counter()
        loss, accuracy = loop.fit(2)
        rate = 2 * loop.rows / (time.perf_counter() - start)
        print(f"{variant:10} {rate:10,.0f} samples/s, loss {loss:.4f}, accuracy {accuracy:.3f}", flush=True)
