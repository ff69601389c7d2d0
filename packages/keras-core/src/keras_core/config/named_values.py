"""Config: named values of a program, such as the hyperparameters of a run."""

from __future__ import annotations

import json
from collections.abc import Iterator, MutableMapping
from typing import Any, Self

from keras_core.plain_arguments import plain
from keras_core.suggestions import did_you_mean


class Config(MutableMapping[str, Any]):
    """Named values as attributes and items, which can be written as JSON, and protected from changes.

    Args:
        **kwargs: the values: strings, numbers, bools, None, lists and dicts of these.

    Raises:
        ValueError: for a value that JSON cannot hold.

    Example:
        >>> from keras_core.config import Config
        >>> config = Config(units=64, rate=1e-3)
        >>> config.units, config["rate"]
        (64, 0.001)
        >>> config.depth = 3
        >>> Config(**config.as_dict()).freeze().to_json()
        '{"units": 64, "rate": 0.001, "depth": 3}'
    """

    _values: dict[str, Any]
    _frozen: bool

    def __init__(self, **kwargs: Any) -> None:
        self.__dict__.update(_values={}, _frozen=False)
        for name, value in kwargs.items():
            self[name] = value

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __setitem__(self, name: str, value: Any) -> None:
        self._need_changeable()
        value = plain(value)
        try:
            json.dumps(value)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"Config: {name} must be what JSON can hold (strings, numbers, bools, None, lists and dicts of these), "
                f"got {value!r}."
            ) from error
        self._values[name] = value

    def __delitem__(self, name: str) -> None:
        self._need_changeable()
        del self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __getattr__(self, name: str) -> Any:
        values = self.__dict__.get("_values", {})
        if name in values:
            return values[name]
        raise AttributeError(f"Config has no value {name!r}.{did_you_mean([name], values)}")

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self._values:
            raise AttributeError(f"Config has no value {name!r}.{did_you_mean([name], self._values)}")
        del self[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._values]

    def __repr__(self) -> str:
        return f"Config({', '.join(f'{name}={value!r}' for name, value in self._values.items())})"

    def as_dict(self) -> dict[str, Any]:
        """The values by name, in a dict of their own."""
        return dict(self._values)

    def to_json(self) -> str:
        """The values as JSON."""
        return json.dumps(self._values)

    def freeze(self) -> Self:
        """Refuse changes from now on; returns the Config."""
        self.__dict__["_frozen"] = True
        return self

    def unfreeze(self) -> Self:
        """Allow changes again; returns the Config."""
        self.__dict__["_frozen"] = False
        return self

    def _need_changeable(self) -> None:
        if self._frozen:
            raise ValueError("This Config is frozen: call unfreeze() before changing it.")
