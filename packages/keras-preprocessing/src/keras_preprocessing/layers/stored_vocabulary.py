"""What layers with a vocabulary share: it travels in the assets of a file, and its weights among the arrays."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from keras_core import Layer
from keras_core.saving import has_assets_kept

from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.vocabulary import FILE, lines_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keras_core.typing import PathLike, WeightStore

    from keras_preprocessing.layers.vocabulary import Vocabulary


class StoredVocabulary(Layer):
    """A layer whose vocabulary is written as a file of text, one token a line, where the format of the file has room.

    In a `.keras` file that is an asset, `vocabulary.txt`, and the config holds the vocabulary's size alone. Elsewhere
    (a config by itself, a copy, a pickle, `.h5`) the config holds the tokens. No config names a file.
    """

    _untracked = Layer._untracked | {"_vocabulary"}
    _vocabulary: Vocabulary
    max_tokens: int | None
    pad_to_max_tokens: bool

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """A layer from `get_config`'s dict.

        Raises:
            ValueError: for a vocabulary that is named by a path: what a config names is not read.
        """
        given = config.get("vocabulary")
        if isinstance(given, (str, bytes, os.PathLike)):
            raise ValueError(
                f"The config of {cls.__name__} {config.get('name')!r} names a file, {given!r}, as its vocabulary. A "
                "file that a config or a model names is not read: make the layer with the tokens, vocabulary=[...], "
                "and save the model again."
            )
        return super().from_config(config)

    def get_assets(self) -> dict[str, bytes]:
        """The file `vocabulary.txt` with the tokens, special ones included; nothing without a vocabulary."""
        return self._vocabulary.get_assets()

    def set_assets(self, files: Mapping[str, bytes]) -> None:
        """Take the vocabulary from `get_assets`'s files.

        Args:
            files: their content by name.

        Raises:
            ValueError: for files that hold no vocabulary of this layer.
        """
        self._vocabulary.set_assets(files)
        self._vocabulary_changed()

    def save_assets(self, dir_path: PathLike) -> None:
        """Write the file `vocabulary.txt` into a folder, as Keras 3 does.

        Args:
            dir_path: the folder.
        """
        for name, content in self.get_assets().items():
            Path(dir_path, name).write_bytes(content)

    def load_assets(self, dir_path: PathLike) -> None:
        """Take the vocabulary from the file `vocabulary.txt` in a folder.

        Args:
            dir_path: the folder.

        Raises:
            FileNotFoundError: when there is none.
            ValueError: for a file that holds no vocabulary of this layer.
        """
        self.set_assets({FILE: Path(dir_path, FILE).read_bytes()})

    def save_own_variables(self, store: WeightStore) -> None:
        self._vocabulary.save_own_variables(store)

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        self._vocabulary.load_own_variables(store)

    def _vocabulary_changed(self) -> None:
        """Called when another vocabulary came: programs that hold the old one are made again."""
        self.note_change()

    @property
    def has_vocabulary(self) -> bool:
        """Whether there is a vocabulary, or a file will give it."""
        return self._vocabulary.is_set or self._vocabulary.is_awaited

    def places(self) -> int:
        """How many indices there are, or will be once a file has given the tokens.

        Raises:
            ValueError: when nothing says how many.
        """
        return self._vocabulary.places()

    def _depth(self) -> int:
        """How many places vectors have."""
        if self.pad_to_max_tokens and self.max_tokens is not None:
            return self.max_tokens
        return self._vocabulary.places()

    def _vocabulary_config(self) -> dict[str, Any]:
        """The entries of the config that say which vocabulary the layer has."""
        kept = has_assets_kept(self)
        tokens = {"vocabulary": None, "idf_weights": None} if kept else self._vocabulary.config()
        return {**tokens, "vocabulary_size": len(self._vocabulary) if self._vocabulary.is_set else None}


def tokens_in_file(layer: Layer, path: PathLike) -> list[str]:
    """The tokens in a file of text in UTF-8, one a line.

    Args:
        layer: whose tokens they are, for messages.
        path: the file.

    Raises:
        FileNotFoundError: when there is none.
        ValueError: for a file that holds no text in UTF-8.
    """
    try:
        return lines_in(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise FileNotFoundError(
            f"{describe(layer)}: there is no file {os.fspath(path)!r}. A vocabulary is a list of tokens, or the path "
            "of a file of text that has one a line."
        ) from None
    except UnicodeDecodeError as error:
        raise ValueError(f"{describe(layer)}: the file {os.fspath(path)!r} is no text in UTF-8: {error}.") from error
