"""The vocabulary of layers that look words or numbers up: which index each has, and what it weighs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.plain_arguments import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Token = str | int


class Vocabulary:
    """Tokens in the order of their indices, after the mask and the indices of unknown tokens.

    Args:
        who: how messages name the layer.
        mask_token: stands for no token, at index 0; None where there is none.
        oov_token: stands for unknown tokens.
        num_oov_indices: how many indices unknown tokens share.
        max_tokens: the most indices there are, None for any number.
        weighted: whether tokens have weights, of how rare they are in documents.
    """

    def __init__(
        self,
        who: str,
        mask_token: Token | None,
        oov_token: Token,
        num_oov_indices: int,
        max_tokens: int | None,
        weighted: bool = False,
    ) -> None:
        if max_tokens is not None and max_tokens <= num_oov_indices + (mask_token is not None):
            raise ValueError(f"{who}: max_tokens={max_tokens} leaves no room for tokens beside the unknown ones.")
        if num_oov_indices < 0:
            raise ValueError(f"{who}: num_oov_indices must not be negative, got {num_oov_indices}.")
        self.who = who
        self.mask_token = mask_token
        self.oov_token = oov_token
        self.num_oov_indices = num_oov_indices
        self.max_tokens = max_tokens
        self.weighted = weighted
        self.tokens: list[Any] = []
        self.idf: np.ndarray | None = None
        self.is_set = False
        self._table: dict[Any, int] = {}

    @property
    def special(self) -> list[Any]:
        """The mask and the unknown token, as often as each has an index."""
        mask = [] if self.mask_token is None else [self.mask_token]
        return [*mask, *[self.oov_token] * self.num_oov_indices]

    @property
    def first_oov(self) -> int:
        """The index of the first unknown token."""
        return int(self.mask_token is not None)

    def __len__(self) -> int:
        return len(self.special) + len(self.tokens)

    def listed(self, include_special_tokens: bool = True) -> list[Any]:
        """The tokens by their indices."""
        return [*self.special, *self.tokens] if include_special_tokens else list(self.tokens)

    def set(self, tokens: Any, idf_weights: Any = None) -> None:
        """Take these tokens, with or without the special ones before them.

        Args:
            tokens: a list or an array.
            idf_weights: a weight for each token.

        Raises:
            ValueError: for a path, tokens that occur twice, special tokens among the others, too many, and weights that
                are missing, not needed, or of another number.
        """
        if isinstance(tokens, str):
            raise ValueError(
                f"{self.who}: a vocabulary is a list, got the string {tokens!r}. To take it from a file, read the "
                "file: vocabulary=open(path).read().splitlines()."
            )
        if self.weighted != (idf_weights is not None):
            raise ValueError(f'{self.who}: a vocabulary has idf_weights with output_mode="tf_idf", and only then.')
        given = list(listed(tokens))
        special = self.special
        if special and given[: len(special)] == special:
            given = given[len(special) :]
            if idf_weights is not None and len(idf_weights) == len(given) + len(special):
                idf_weights = listed(idf_weights)[len(special) :]
        doubled = [token for token, count in Counter(given).items() if count > 1]
        if doubled:
            raise ValueError(f"{self.who}: the vocabulary holds {doubled[0]!r} more than once.")
        for token in dict.fromkeys(special):
            if token in given:
                raise ValueError(
                    f"{self.who}: the vocabulary holds the special token {token!r} among the others; the special ones "
                    f"stand first, as {special}, or are left out."
                )
        if self.max_tokens is not None and len(given) + len(special) > self.max_tokens:
            raise ValueError(
                f"{self.who}: the vocabulary has {len(given) + len(special)} tokens, the special ones included; "
                f"max_tokens is {self.max_tokens}."
            )
        if idf_weights is not None and len(idf_weights) != len(given):
            raise ValueError(f"{self.who}: there are {len(given)} tokens and {len(idf_weights)} idf_weights.")
        self._take(given)
        self.idf = None if idf_weights is None else self._padded(np.asarray(idf_weights, "float64"))

    def learn(self, documents: Iterable[Sequence[Any]]) -> None:
        """Take the most frequent tokens of documents; of equally frequent ones the greater comes first.

        Args:
            documents: the tokens of each document.
        """
        counts: Counter[Any] = Counter()
        occurrences: Counter[Any] = Counter()
        number = 0
        for document in documents:
            number += 1
            counts.update(document)
            occurrences.update(set(document))
        for token in self.special:
            counts.pop(token, None)
        ordered = sorted(counts, key=lambda token: (counts[token], token), reverse=True)
        room = None if self.max_tokens is None else self.max_tokens - len(self.special)
        self._take(ordered[:room])
        self.idf = self._padded(np.log(number / (1 + np.array([occurrences[token] for token in self.tokens], float))))

    def config(self) -> dict[str, Any]:
        """Tokens and weights as the config of a layer has them."""
        weights = None if self.idf is None or not self.weighted else self.idf[len(self.special) :].tolist()
        return {"vocabulary": self.listed(False) if self.is_set else None, "idf_weights": weights}

    def _take(self, tokens: list[Any]) -> None:
        self.tokens = tokens
        self.is_set = True
        self._table = {token: index for index, token in enumerate(tokens, len(self.special))}
        if self.mask_token is not None:
            self._table[self.mask_token] = 0
        if self.num_oov_indices:
            self._table.setdefault(self.oov_token, self.first_oov)

    def _padded(self, weights: np.ndarray) -> np.ndarray:
        """The weight of each index: unknown tokens weigh as much as the others on average."""
        average = weights.mean() if len(weights) else 0.0
        return np.concatenate([np.full(len(self.special), average), weights])

    def indices(self, tokens: Sequence[Any], bucket: Callable[[Any, int], int]) -> list[int]:
        """The index of each token.

        Args:
            tokens: the tokens.
            bucket: which of several indices an unknown token gets.

        Raises:
            ValueError: for an unknown token where there is no index for it.
        """
        table = self._table
        if self.num_oov_indices == 1:
            first = self.first_oov
            return [table.get(token, first) for token in tokens]
        found = []
        for token in tokens:
            index = table.get(token)
            if index is None:
                if not self.num_oov_indices:
                    raise ValueError(
                        f"{self.who}: {token!r} is not in the vocabulary, and num_oov_indices=0 leaves no index for it."
                    )
                index = self.first_oov + bucket(token, self.num_oov_indices)
            found.append(index)
        return found
