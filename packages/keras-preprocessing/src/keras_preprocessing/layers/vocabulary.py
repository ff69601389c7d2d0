"""The vocabulary of layers that look words or numbers up: which index each has, and what it weighs."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.plain_arguments import listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from keras_core.typing import WeightStore

Token = str | int

FILE = "vocabulary.txt"
"""The asset that holds the tokens, special ones included, one a line."""

_IDF = "idf_weights"


class Vocabulary:
    """Tokens in the order of their indices, after the mask and the indices of unknown tokens.

    Args:
        who: how messages name the layer.
        mask_token: stands for no token, at index 0; None where there is none.
        oov_token: stands for unknown tokens.
        num_oov_indices: how many indices unknown tokens share.
        max_tokens: the most indices there are, None for any number.
        weighted: whether tokens have weights, of how rare they are in documents.
        kind: the type of the tokens. Defaults to str.
        size: how many indices there will be, where the tokens come later. Defaults to None.
    """

    def __init__(
        self,
        who: str,
        mask_token: Token | None,
        oov_token: Token,
        num_oov_indices: int,
        max_tokens: int | None,
        weighted: bool = False,
        kind: type[str] | type[int] = str,
        size: int | None = None,
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
        self._kind = kind
        self._size = size
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

    @property
    def is_awaited(self) -> bool:
        """Whether the tokens come later, from a file."""
        return not self.is_set and self._size is not None

    def __len__(self) -> int:
        return len(self.special) + len(self.tokens)

    def places(self) -> int:
        """How many indices there are, or will be once a file has given the tokens.

        Raises:
            ValueError: when nothing says how many.
        """
        if self.is_set:
            return len(self)
        if self._size is None:
            raise ValueError(
                f"{self.who} has no vocabulary, so that the size of its output is not known. Call adapt(data) before "
                "the layer is used in a model, give vocabulary, or max_tokens and pad_to_max_tokens=True."
            )
        return self._size

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
            raise ValueError(f"{self.who}: a vocabulary is a list, got the string {tokens!r}.")
        if self.weighted != (idf_weights is not None):
            raise ValueError(f'{self.who}: a vocabulary has idf_weights with output_mode="tf_idf", and only then.')
        self._take_checked(list(listed(tokens)), idf_weights)

    def _take_checked(self, given: list[Any], idf_weights: Any) -> None:
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

    def check_complete(self) -> None:
        """Raise ValueError where there are no tokens yet, or not their weights."""
        if not self.is_set:
            raise ValueError(f"{self.who} has no vocabulary. Call adapt(data) before, or give vocabulary.")
        if self.weighted and self.idf is None:
            raise ValueError(f"{self.who} has a vocabulary without idf_weights: load its weights, or call adapt(data).")

    # -- files

    def get_assets(self) -> dict[str, bytes]:
        """The tokens as a file of text; none where there are no tokens, or one that is no line of text."""
        tokens = list(map(str, self.listed()))
        if not self.is_set or any("\n" in token or "\r" in token for token in tokens):
            return {}
        end = [""] if tokens and not tokens[-1] and len(tokens) > 1 else []  # which else would be the end of the line
        try:
            return {FILE: "\n".join([*tokens, *end]).encode("utf-8")}
        except UnicodeEncodeError:
            return {}

    def set_assets(self, files: Mapping[str, bytes]) -> None:
        """Take the tokens from a file of text; their weights are among the arrays that `load_own_variables` reads.

        Raises:
            ValueError: for a file that is missing, or holds no tokens of this kind.
        """
        if FILE not in files:
            raise ValueError(f"{self.who}: its assets hold no {FILE!r} but {', '.join(files) or 'nothing'}.")
        try:
            tokens = list(map(self._kind, lines_in(files[FILE].decode("utf-8"))))
        except ValueError as error:
            raise ValueError(f"{self.who}: {FILE!r} in its assets is no vocabulary: {error}.") from error
        self._take_checked(tokens, None)

    def save_own_variables(self, store: WeightStore) -> None:
        """Write the weights of the tokens, if they have any."""
        if self.weighted and self.idf is not None:
            store[_IDF] = self.idf.astype("float32")

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Read the weights of the tokens.

        Raises:
            ValueError: when there are not as many as tokens.
        """
        if not self.weighted or _IDF not in store:
            return
        weights = np.asarray(store[_IDF], "float64")
        if weights.shape != (len(self),):
            raise ValueError(f"{self.who} has {len(self)} tokens, the file has weights of shape {weights.shape}.")
        self.idf = weights

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


def lines_in(text: str) -> list[str]:
    r"""The lines of a text; the end of the last one may be missing.

    Example:
        >>> lines_in("a\n\nb"), lines_in("a\n")
        (['a', '', 'b'], ['a'])
    """
    lines = text.split("\n")
    return lines[:-1] if len(lines) > 1 and not lines[-1] else lines
