"""Pairs of words for word embeddings: words that occur near each other, and words drawn at random."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import ArrayLike

_EULER = 0.577  # three digits, as in Keras 2, whose tables these are


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> np.ndarray:
    """How likely each word is kept when frequent words are thinned out, from its rank in frequency.

    The word of rank i is taken to occur as often as Zipf's law says, 1 / (i (log i + γ) + 1/2 - 1/(12 i)), and is kept
    with probability min(1, sqrt(sampling_factor / frequency)).

    Args:
        size: number of words.
        sampling_factor: the frequency below which every word is kept. Defaults to 1e-5.

    Returns:
        An array of shape (size,). Words 0 and 1 have the same probability: index 0 stands for no word.

    Reference: Mikolov et al., "Distributed Representations of Words and Phrases and their Compositionality", 2013.

    Example:
        >>> from keras_preprocessing.sequence import make_sampling_table
        >>> make_sampling_table(4).round(5).tolist()
        [0.00315, 0.00315, 0.00548, 0.00742]
    """
    rank = np.maximum(np.arange(size), 1.0)
    inverse_frequency = rank * (np.log(rank) + _EULER) + 0.5 - 1 / (12 * rank)
    return np.minimum(1.0, np.sqrt(sampling_factor * inverse_frequency))


def skipgrams(
    sequence: Sequence[int] | np.ndarray,
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: ArrayLike = None,
    seed: int | None = None,
) -> tuple[list[list[int]], list[int] | list[list[int]]]:
    """Pairs of words, each with whether the second occurs near the first or was drawn at random.

    Args:
        sequence: the words of a text as indices; index 0 stands for no word and is left out.
        vocabulary_size: one more than the highest index.
        window_size: how many words before and behind a word are near it. Defaults to 4.
        negative_samples: how many random pairs there are for each pair of near words. Defaults to 1.
        shuffle: whether the pairs are put into random order. Defaults to True.
        categorical: whether labels are [0, 1] and [1, 0] in place of 1 (near) and 0 (random). Defaults to False.
        sampling_table: how likely each word is kept as the first of a pair, of shape (vocabulary_size,); all are kept
            when None.
        seed: makes pairs and order reproducible. Drawn from Python's `random` when None.

    Returns:
        The pairs, each a list of two indices, and their labels.

    Raises:
        ValueError: for a sequence that is not one-dimensional, or a vocabulary too small for random words.

    Reference: Mikolov et al., "Efficient Estimation of Word Representations in Vector Space", 2013.

    Example:
        >>> from keras_preprocessing.sequence import skipgrams
        >>> skipgrams([1, 2, 3], 4, window_size=1, negative_samples=0, shuffle=False)
        ([[1, 2], [2, 1], [2, 3], [3, 2]], [1, 1, 1, 1])
    """
    words = np.asarray(sequence, dtype="int64")
    if words.ndim != 1:
        raise ValueError(f"skipgrams(): sequence must be a list of indices, got an array of shape {words.shape}.")
    rng = np.random.default_rng(random.getrandbits(64) if seed is None else seed)
    firsts = words != 0
    if sampling_table is not None:
        firsts &= np.asarray(sampling_table)[words] >= rng.random(len(words))
    offsets = np.concatenate([np.arange(-window_size, 0), np.arange(1, window_size + 1)])
    places = np.flatnonzero(firsts)[:, None] + offsets
    inside = (places >= 0) & (places < len(words))
    near = words[np.where(inside, places, 0)]
    chosen = inside & (near != 0)
    couples = np.stack([np.broadcast_to(words[firsts][:, None], near.shape)[chosen], near[chosen]], axis=1)
    count = int(len(couples) * negative_samples)
    if count:
        if vocabulary_size < 2:
            raise ValueError(f"skipgrams(): random words need a vocabulary_size of at least 2, got {vocabulary_size}.")
        repeated = np.resize(rng.permutation(couples[:, 0]), count)
        drawn = np.stack([repeated, rng.integers(1, vocabulary_size, count)], axis=1)
        couples = np.concatenate([couples, drawn])
    labels = np.arange(len(couples)) < len(couples) - count
    if shuffle:
        order = rng.permutation(len(couples))
        couples, labels = couples[order], labels[order]
    targets = np.stack([~labels, labels], axis=1) if categorical else labels
    return couples.tolist(), targets.astype("int64").tolist()
