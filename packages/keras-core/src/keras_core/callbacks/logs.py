"""What callbacks get to see: names of metrics to numbers, under the names of both Keras 2 and 3."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

# The two names of one thing; each answers for the other, also behind "val_" or an output's name.
_SYNONYMS = (
    ("acc", "accuracy"),
    ("lr", "learning_rate"),
    ("mse", "mean_squared_error"),
    ("mae", "mean_absolute_error"),
    ("mape", "mean_absolute_percentage_error"),
    ("msle", "mean_squared_logarithmic_error"),
)


def other_names(key: str) -> Iterator[str]:
    """The names that may stand for `key`.

    Example:
        >>> from keras_core.callbacks.logs import other_names
        >>> list(other_names("val_acc"))
        ['val_accuracy']
    """
    for pair in _SYNONYMS:
        for name, other in (pair, pair[::-1]):
            if key == name or key.endswith(f"_{name}"):
                yield key[: len(key) - len(name)] + other


class AliasedDict(dict[str, Any]):
    """A dict in which 'acc' finds 'accuracy', 'val_accuracy' finds 'val_acc', and so on.

    Only the names that are really there are counted and iterated over.

    Example:
        >>> from keras_core.callbacks.logs import AliasedDict
        >>> logs = AliasedDict(val_accuracy=0.5)
        >>> logs["val_acc"], "val_acc" in logs, list(logs)
        (0.5, True, ['val_accuracy'])
    """

    def __missing__(self, key: str) -> Any:
        for name in other_names(key) if isinstance(key, str) else ():
            if dict.__contains__(self, name):
                return dict.__getitem__(self, name)
        raise KeyError(key)

    def __contains__(self, key: object) -> bool:
        return dict.__contains__(self, key) or (
            isinstance(key, str) and any(dict.__contains__(self, name) for name in other_names(key))
        )

    def get(self, key: str, default: Any = None) -> Any:
        """The value of `key` or of its other name, else `default`."""
        try:
            return self[key]
        except KeyError:
            return default

    def copy(self) -> AliasedDict:
        """A shallow copy that also answers to both names."""
        return AliasedDict(self)


_UNREAD = "(not read yet)"


class Logs(AliasedDict):
    """Logs whose numbers are fetched from the device when somebody first looks.

    Args:
        source: the numbers by name, or a function that gives them.
    """

    def __init__(self, source: Mapping[str, Any] | Callable[[], Mapping[str, Any]] | None = None) -> None:
        super().__init__()
        self._source: Any = source
        if source is not None:
            # Something inside, so that C code that asks a dict for its size first does not skip it.
            dict.__setitem__(self, _UNREAD, None)

    def _load(self) -> None:
        source, self._source = self._source, None
        if source is not None:
            dict.pop(self, _UNREAD, None)
            for key, value in (source() if callable(source) else source).items():
                dict.__setitem__(self, key, value)

    def __reduce__(self) -> Any:
        return AliasedDict, (dict(self),)


def _loading(name: str) -> Callable[..., Any]:
    method = getattr(AliasedDict, name)

    def loaded(self: Logs, *args: Any, **kwargs: Any) -> Any:
        self._load()
        return method(self, *args, **kwargs)

    loaded.__name__ = name
    return loaded


for _name in (
    *("__getitem__", "__contains__", "__iter__", "__len__", "__eq__", "__ne__", "__repr__", "__or__"),
    *("__ror__", "__ior__", "__reversed__", "__setitem__", "__delitem__", "get", "keys", "values"),
    *("items", "copy", "update", "setdefault", "pop", "popitem", "clear"),
):
    setattr(Logs, _name, _loading(_name))


class BatchLogs(Logs):
    """The logs of a hook of batches: Keras 2's 'batch' and 'size' can be asked for, and only metrics are iterated over.

    Args:
        source: as for `Logs`.
        batch: the number of the batch.
        size: gives the number of samples.

    Example:
        >>> from keras_core.callbacks.logs import BatchLogs
        >>> logs = BatchLogs({"loss": 0.5}, batch=3, size=lambda: 32)
        >>> logs["batch"], logs.get("size"), "size" in logs, list(logs)
        (3, 32, True, ['loss'])
    """

    def __init__(self, source: Any, batch: int, size: Callable[[], int]) -> None:
        super().__init__(source)
        self._asked: dict[str, Callable[[], int]] = {"batch": lambda: batch, "size": size}

    def __missing__(self, key: str) -> Any:
        return self._asked[key]() if key in self._asked else super().__missing__(key)

    def __contains__(self, key: object) -> bool:
        return key in self._asked or super().__contains__(key)
