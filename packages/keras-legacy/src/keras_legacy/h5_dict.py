"""An HDF5 file as a dict of dicts, as Keras 2.3 had it."""

from __future__ import annotations

import os
from collections.abc import Iterator, MutableMapping
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from keras_core.saving import checked_group

from keras_legacy.hdf5.layout import write_names

if TYPE_CHECKING:
    from keras_core.typing import FileLike

MODES = ("a", "r", "w")


class H5Dict(MutableMapping[str, Any]):
    """Arrays, text and dicts by names, in an HDF5 file or in a dict.

    Arrays and numbers become arrays of the file, text (and lists of it) attributes, dicts groups. A name that is not
    there gives a new dict where the file may be written. Reading checks sizes and links as `load_model` does.

    Args:
        path: a path, an `h5py.Group`, or a dict, which is used as it is.
        mode: how to open a path: "a" to read and write, "r" to read, "w" to begin a new file. Defaults to "a".

    Raises:
        TypeError: for another kind of `path`.
        ValueError: for another mode.

    Example:
        >>> from keras_legacy import H5Dict
        >>> store = H5Dict({})
        >>> store["layer"]["kernel"] = [1.0, 2.0]
        >>> store["layer"]["name"] = "dense"
        >>> store["layer"]["kernel"].tolist(), store["layer"]["name"]
        ([1.0, 2.0], b'dense')
    """

    def __init__(self, path: FileLike, mode: str = "a") -> None:
        import h5py

        if mode not in MODES:
            raise ValueError(f"H5Dict opens a file in the mode 'a', 'r' or 'w', got {mode!r}.")
        self._is_file = isinstance(path, (str, os.PathLike))
        if self._is_file:
            path = h5py.File(path, mode)
        elif not isinstance(path, (dict, h5py.Group)):
            raise TypeError(f"H5Dict takes a path, an h5py.Group or a dict, got {type(path).__name__}.")
        self.data: Any = path
        self.read_only = mode == "r" or (isinstance(path, h5py.Group) and path.file.mode == "r")

    @staticmethod
    def is_supported_type(path: object) -> bool:
        """Whether `H5Dict` takes it."""
        import h5py

        return isinstance(path, (str, os.PathLike, dict, h5py.Group))

    def __getitem__(self, name: str) -> Any:
        if isinstance(self.data, dict):
            if name not in self.data and not self.read_only:
                self.data[name] = {}
            value = self.data[name]
            return self._inner(value) if isinstance(value, dict) else value
        if name in self.data.attrs or f"{name}0" in self.data.attrs:
            return self._text(name)
        if name not in self.data:
            if self.read_only:
                raise KeyError(f"{name!r} is not in '{self.data.name}' of '{self.data.file.filename}'")
            return self._inner(self.data.create_group(name))
        if self._is_group(name):
            return self._inner(self.data[name])
        return np.asarray(checked_group(self.data)[name])

    def _is_group(self, name: str) -> bool:
        """Whether a group lies here under a name, and not a link to one."""
        import h5py

        is_link = not isinstance(self.data.get(name, getlink=True), h5py.HardLink)
        return not is_link and issubclass(self.data.get(name, getclass=True), h5py.Group)

    def _text(self, name: str) -> Any:
        texts = checked_group(self.data).texts(name) or []
        is_one = name in self.data.attrs and not self.data.attrs.get_id(name).shape
        return texts[0].encode() if is_one else np.asarray([text.encode() for text in texts])

    def _inner(self, data: Any) -> H5Dict:
        return H5Dict(data, "r" if self.read_only else "a")

    def __setitem__(self, name: str, value: Any) -> None:
        if self.read_only:
            raise ValueError(f"The H5Dict is open to be read only; {name!r} cannot be set.")
        if isinstance(value, (dict, H5Dict)):
            if name in self:
                del self[name]
            self[name].update(value)
            return
        texts = _as_texts(value)
        if name in self:
            del self[name]
        is_one = isinstance(value, (str, bytes))
        if texts is None:
            self.data[name] = np.asarray(value)
        elif isinstance(self.data, dict):
            self.data[name] = texts[0].encode() if is_one else np.asarray([text.encode() for text in texts])
        elif is_one:
            self.data.attrs[name] = texts[0].encode()
        else:
            write_names(self.data, name, texts)

    def __delitem__(self, name: str) -> None:
        if self.read_only:
            raise ValueError(f"The H5Dict is open to be read only; {name!r} cannot be removed.")
        if name not in self:
            raise KeyError(name)
        if isinstance(self.data, dict) or name in self.data:
            del self.data[name]
        else:
            for attribute in [one for one in self.data.attrs if one == name or _without_number(one) == name]:
                del self.data.attrs[attribute]

    def __iter__(self) -> Iterator[str]:
        yield from self.data
        if not isinstance(self.data, dict):
            yield from dict.fromkeys(
                name if f"{_without_number(name)}0" not in self.data.attrs else _without_number(name)
                for name in self.data.attrs
            )

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return any(name == one for one in self)

    def get(self, key: str, default: Any = None) -> Any:
        """What is under a name, without a dict being made for it."""
        return self[key] if key in self else default  # noqa: SIM401 - `self[key]` would make a dict

    def close(self) -> None:
        """Close the file, if a path was given."""
        if self._is_file:
            self.data.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()


def _as_texts(value: Any) -> list[str] | None:
    """Text as a list of strings, None for what is no text."""
    values = [value] if isinstance(value, (str, bytes)) else value
    if isinstance(values, np.ndarray) and values.dtype.kind in "SU":
        values = values.ravel().tolist()
    if not isinstance(values, (list, tuple)) or not values or not all(isinstance(one, (str, bytes)) for one in values):
        return None
    return [one.decode() if isinstance(one, bytes) else one for one in values]


def _without_number(name: str) -> str:
    return name.rstrip("0123456789")
