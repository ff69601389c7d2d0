"""The arguments that every optimizer takes: for type checkers and editors, and what is wrong with them."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, TypedDict

from keras_core.graph.keras_tensor import KerasTensor
from keras_core.suggestions import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class OptimizerArguments(TypedDict, total=False):
    """Keyword arguments that a subclass hands on to `Optimizer`, which says what they do."""

    weight_decay: float | None
    clipnorm: float | None
    clipvalue: float | None
    global_clipnorm: float | None
    use_ema: bool
    ema_momentum: float
    ema_overwrite_frequency: int | None
    loss_scale_factor: float | None
    gradient_accumulation_steps: int | None
    name: str | None
    lr: float
    decay: float


class FullSignature:
    """The `__signature__` of optimizers: where a class hands on further arguments, those of every optimizer by name.

    Example:
        >>> import inspect
        >>> class Optimizer:
        ...     __signature__ = FullSignature()
        ...     def __init__(self, learning_rate, clipnorm=None, name=None): ...
        >>> class Adam(Optimizer):
        ...     def __init__(self, learning_rate=0.001, beta_1=0.9, **kwargs): ...
        >>> list(inspect.signature(Adam).parameters)
        ['learning_rate', 'beta_1', 'clipnorm', 'name', 'kwargs']
    """

    def __get__(self, instance: object, owner: type) -> inspect.Signature:
        if instance is not None:
            raise AttributeError("__signature__")
        base = next(cls for cls in owner.__mro__ if isinstance(vars(cls).get("__signature__"), FullSignature))
        known, of_all = (_parameters(cls) for cls in (owner, base))
        rest = [p for p in known.values() if p.kind is p.VAR_KEYWORD]
        if rest:
            added = [p.replace(kind=p.KEYWORD_ONLY) for p in of_all.values() if p.name not in known]
            named = [p for p in known.values() if p.kind is not p.VAR_KEYWORD]
            return inspect.Signature([*named, *(p for p in added if p.name != "learning_rate"), *rest])
        return inspect.Signature(list(known.values()))


def _parameters(cls: type) -> dict[str, inspect.Parameter]:
    """The parameters of a class's `__init__` but `self`, by name."""
    initializer: Any = getattr(cls, "__init__")  # noqa: B009
    found = inspect.signature(initializer)
    return dict(list(found.parameters.items())[1:])


def unknown_arguments(optimizer: type, names: Iterable[str]) -> str:
    """The message for arguments that an optimizer's class does not take, with those it may have meant."""
    known = [p.name for p in inspect.signature(optimizer).parameters.values() if p.kind is not p.VAR_KEYWORD]
    known += [name for name in OptimizerArguments.__annotations__ if name not in known]
    given = sorted(names)
    hint = did_you_mean(given, known)
    return f"{optimizer.__name__} does not take {', '.join(given)}.{hint} It takes {', '.join(known)}."


def loss_and_variables(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[Any, list[Any]]:
    """The loss and the variables among the arguments of `get_updates`, in the order of Keras 2 or Keras 1.

    Args:
        name: name of the optimizer's class, for messages.
        args: ``(loss, params)`` or ``(params, constraints, loss)``; the loss is told from the variables by its type.
        kwargs: `loss`, `params` and `constraints`.

    Raises:
        TypeError: when either is missing, or another argument was given.
    """
    positional = [one for one in args if not isinstance(one, dict)]  # without the constraints by variable
    if len(positional) == 3:
        positional.pop(1)  # constraints as a list
    if positional and (isinstance(positional[0], (list, tuple)) or isinstance(positional[-1], KerasTensor)):
        positional.reverse()
    if len(positional) == 1 and isinstance(positional[0], (list, tuple)):
        positional.insert(0, kwargs.pop("loss", None))
    given = dict(zip(("loss", "params"), positional, strict=False)) | kwargs
    given.pop("constraints", None)
    if set(given) != {"loss", "params"} or len(positional) > 2:
        raise TypeError(f"{name}.get_updates() takes loss and params, got {len(args)} arguments and {sorted(kwargs)}.")
    return given["loss"], list(given["params"])


def check_arguments(given: Mapping[str, Any]) -> None:
    """Nothing where the numbers that an optimizer was given are in their ranges.

    Args:
        given: arguments by name, all of them.

    Raises:
        ValueError: naming the argument, what it is and what it has to be.
    """
    names = ("clipnorm", "clipvalue", "global_clipnorm")
    clips = {name: given[name] for name in names if given[name] is not None}
    if "global_clipnorm" in clips and len(clips) > 1:
        raise ValueError(f"global_clipnorm cannot be combined with clipnorm or clipvalue, got {clips}.")
    for name, limit in clips.items():
        if limit <= 0:
            raise ValueError(f"{name} must be positive, got {limit}.")
    if given["decay"] < 0:
        raise ValueError(f"decay must not be negative, got {given['decay']}.")
    if given["use_ema"] and not 0 <= given["ema_momentum"] <= 1:
        raise ValueError(f"ema_momentum must lie in [0, 1], got {given['ema_momentum']}.")
    _check_count("ema_overwrite_frequency", given["ema_overwrite_frequency"], 1)
    _check_count("gradient_accumulation_steps", given["gradient_accumulation_steps"], 2)


def _check_count(name: str, value: Any, least: int) -> None:
    if value is not None and (not isinstance(value, int) or value < least):
        raise ValueError(f"{name} must be an integer of at least {least}, got {value!r}.")
