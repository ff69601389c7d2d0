"""Optimizers by name, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from keras_core.identifiers import Identifiers, identifiers
from keras_core.optimizers.native_optimizer import as_native
from keras_core.optimizers.optimizer import Optimizer

OptimizerIdentifier: TypeAlias = Optimizer | type[Optimizer] | str | Mapping[str, Any] | None
"""What may stand for an optimizer: an optimizer, its class, a name or a config."""

_made: Identifiers[Optimizer | None] = identifiers(
    "optimizer",
    __name__,
    example="""
>>> from keras_core import optimizers
>>> optimizers.get(None) is None
True
""",
)
_, serialize, deserialize = _made


def get(identifier: object) -> Optimizer | None:
    """The optimizer that an identifier stands for. None stays None.

    Args:
        identifier: a name, a config, a class (called without arguments), an optimizer, or one of the active backend's
            framework, of which a `NativeOptimizer` is made.

    Raises:
        ValueError: for an unknown name (with the nearest ones), one whose package is missing (with the command
            that installs it), and for what cannot stand for one.

    Example:
        >>> from keras_core import optimizers
        >>> optimizers.get(None) is None
        True
    """
    known = identifier is None or isinstance(identifier, (str, Mapping, Optimizer))
    if known or (isinstance(identifier, type) and issubclass(identifier, Optimizer)):
        return _made.get(identifier)
    return as_native(identifier) or _made.get(identifier)
