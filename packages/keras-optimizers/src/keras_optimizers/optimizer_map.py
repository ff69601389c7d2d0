"""OptimizerMap: which optimizer a variable has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from keras_core import Variable, optimizers
from keras_core.optimizers import Optimizer


class OptimizerMap(MutableMapping[str, Optimizer]):
    """Optimizers by the path of a variable, for `MultiOptimizer`.

    A key is a path, such as ``"dense/kernel"``, or a regular expression that matches the whole of one, such as
    ``"encoder/.*"``. What no key matches has the default.

    Args:
        default_optimizer: the optimizer, or its name, of variables that no key matches.
        optimizer_map: optimizers, or their names, by key. Defaults to None.

    Raises:
        TypeError: for a key that is no string.
        ValueError: for what is no optimizer, and on asking, for a path that several expressions match.

    Example:
        >>> from keras_optimizers import SGD, Adam, OptimizerMap
        >>> chosen = OptimizerMap(Adam(), {"head/.*": SGD()})
        >>> type(chosen["head/kernel"]).__name__, type(chosen["body/kernel"]).__name__
        ('SGD', 'Adam')
    """

    def __init__(
        self, default_optimizer: Optimizer | str, optimizer_map: Mapping[str, Optimizer | str] | None = None
    ) -> None:
        self.default_optimizer = _optimizer(default_optimizer, "default_optimizer")
        self._by_key: dict[str, Optimizer] = {}
        for key, optimizer in (optimizer_map or {}).items():
            self[key] = _optimizer(optimizer, key)

    def __getitem__(self, key: str) -> Optimizer:
        if key in self._by_key:
            return self._by_key[key]
        matching = [pattern for pattern in self._by_key if re.fullmatch(pattern, key)]
        if len(matching) > 1:
            raise ValueError(
                f"Several keys of the OptimizerMap match {key!r}: {matching}. Make them exclude each other."
            )
        return self._by_key[matching[0]] if matching else self.default_optimizer

    def __setitem__(self, key: str, optimizer: Optimizer) -> None:
        if not isinstance(key, str):
            raise TypeError(f"A key of an OptimizerMap must be a path or a regular expression, got {key!r}.")
        self._by_key[key] = _optimizer(optimizer, key)

    def __delitem__(self, key: str) -> None:
        del self._by_key[key]

    def __len__(self) -> int:
        return len(self._by_key)

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_key)

    def __call__(self, variable: Variable) -> Optimizer:
        """The optimizer of a variable."""
        return self[variable.path]

    @property
    def optimizer_map(self) -> dict[str, Optimizer]:
        """The optimizers by key, without the default."""
        return dict(self._by_key)

    @property
    def optimizers(self) -> list[Optimizer]:
        """All optimizers, each once, the default first."""
        found = [self.default_optimizer, *self._by_key.values()]
        return list({id(optimizer): optimizer for optimizer in found}.values())

    def get_config(self) -> dict[str, Any]:
        """The optimizers as configs."""
        by_key = {key: optimizers.serialize(optimizer) for key, optimizer in self._by_key.items()}
        return {"default_optimizer": optimizers.serialize(self.default_optimizer), "optimizer_map": by_key}

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> OptimizerMap:
        """A map made from what `get_config` gave; configs that are equal, name included, stand for one optimizer."""
        made: list[tuple[Any, Optimizer]] = []

        def made_of(one: Any) -> Any:
            for known, optimizer in made:
                if known == one:
                    return optimizer
            new: Any = optimizers.deserialize(one, custom_objects) if isinstance(one, Mapping) else one
            made.append((one, new))
            return new

        default = made_of(config["default_optimizer"])
        return cls(default, {key: made_of(one) for key, one in config["optimizer_map"].items()})


def _optimizer(given: Any, key: str) -> Optimizer:
    found = optimizers.get(given)
    if found is None:
        raise ValueError(f"OptimizerMap: {key!r} needs an optimizer, got {given!r}.")
    return found
