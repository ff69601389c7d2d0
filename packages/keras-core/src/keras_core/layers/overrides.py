"""Which methods of Keras's base classes a subclass has its own of.

Asked as ``"train_step" in layer._overrides``, so that whoever asks needs no base class to compare with.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from keras_core.argument_checks import CheckedArguments
from keras_core.backend.extension import BackendAttribute


class Overridable(CheckedArguments):
    """Base of `Layer`: notes in each subclass what it overrides.

    A base class whose methods are the defaults (`Layer`, `Model`) has `_framework_base = True` in its body.
    """

    _overrides: frozenset[str] = frozenset()

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._overrides = frozenset(_overridden(cls))

    @classmethod
    def overrides(cls, method: str) -> bool:
        """Whether the class has a method of its own in place of the framework's.

        Args:
            method: name of a method of `Layer` or `Model`.
        """
        return method in cls._overrides


def base_of(cls: type) -> type:
    """The nearest base class of the framework, whose methods are the defaults."""
    return next(one for one in cls.__mro__ if vars(one).get("_framework_base"))


def has_read_only(cls: type, name: str) -> bool:
    """Whether a class defines an attribute of its base as a property without a setter.

    Args:
        cls: the class.
        name: of the attribute.
    """
    found = getattr(cls, name, None)
    return isinstance(found, property) and found.fset is None


def outdates(cls: type, method: str) -> bool:
    """Whether the body of a class overrides a `call` and leaves as it is a method that describes what that gives.

    Args:
        cls: the class.
        method: name of the method, such as `compute_output_shape`.
    """
    changed = "call" in vars(cls) and method not in vars(cls)
    return changed and replaces_call(cls) and getattr(cls, method) is not getattr(base_of(cls), method)


def replaces_call(cls: type) -> bool:
    """Whether the bases of a class have a `call` of their own, other than the framework's base class."""
    return getattr(super(cls, cls), "call", None) is not getattr(base_of(cls), "call", None)


@cache
def base_attributes(base: type) -> frozenset[str]:
    """Names that every instance of a base class of the framework has, on every backend."""
    added = {name for name in dir(base) if isinstance(getattr(base, name, None), BackendAttribute)}
    return frozenset(dir(base())) - added


def _overridden(cls: type) -> set[str]:
    base = base_of(cls)
    defaults = _definitions(base)
    return {name for name, found in _definitions(cls).items() if name in defaults and found is not defaults[name]}


def _definitions(cls: type) -> dict[str, Any]:
    """What each attribute of a class is defined as, in whichever of its bases."""
    return {name: value for one in reversed(cls.__mro__) for name, value in vars(one).items()}
