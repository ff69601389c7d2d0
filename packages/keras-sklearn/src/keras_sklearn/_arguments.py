"""Which of an estimator's parameters go where: to the function that makes the model, `compile`, `fit` or `predict`."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any, TypeVar, cast

from keras_core import Model

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping

_Method = TypeVar("_Method", bound="Callable[..., Any]")

ROUTES = ("model", "optimizer", "compile", "fit", "predict")
# Passed by the estimator itself.
_OWN = {"self", "x", "y", "sample_weight", "class_weight", "validation_data"}


def names_taken(function: Callable[..., Any]) -> tuple[set[str], bool]:
    """The names of a function's parameters, and whether it takes any other."""
    found = inspect.signature(function).parameters.values()
    names = {p.name for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)}
    return names, any(p.kind is p.VAR_KEYWORD for p in found)


def _of(method: Callable[..., Any]) -> set[str]:
    return names_taken(method)[0] - _OWN


FIT = _of(Model.fit) | {"validation_data", "nb_epoch"}
PREDICT = _of(Model.predict)
COMPILE = _of(Model.compile)


def routed(parameters: Mapping[str, Any], route: str) -> dict[str, Any]:
    """The parameters whose names begin with a route and two underscores, without these."""
    start = f"{route}__"
    return {name.removeprefix(start): value for name, value in parameters.items() if name.startswith(start)}


def check_extra(names: Collection[str], function: Callable[..., Any] | None, owner: str) -> None:
    """Refuse parameters that go nowhere.

    Args:
        names: parameters that are not the estimator's own.
        function: what makes the model; None where that is not known.
        owner: the estimator's class, for the message.

    Raises:
        ValueError: naming them, and what there is.
    """
    taken, any_name = names_taken(function) if function is not None else (set(), False)
    known = taken | FIT | PREDICT | COMPILE
    wrong = [name for name in sorted(names) if name.partition("__")[0] not in ROUTES and name not in known]
    if wrong and not any_name:
        raise ValueError(
            f"{owner} has no parameter {', '.join(map(repr, wrong))}. Besides its own it takes those of fit(), "
            f"predict() and compile(), those of the function that makes the model "
            f"({', '.join(sorted(taken)) or 'none'}), and names that begin with {'__, '.join(ROUTES)}__."
        )


def takes_x(method: _Method) -> _Method:
    """Let a method of an estimator take its data as `x`, too, as Keras 2's estimators call it.

    Its signature stays that of scikit-learn, which looks at the names.
    """

    @functools.wraps(method)
    def accept(self: Any, *args: Any, **kwargs: Any) -> Any:
        if "x" in kwargs:
            if args or "X" in kwargs:
                raise TypeError(f"{type(self).__name__}.{method.__name__}() got X and x, which are the same: give one.")
            kwargs["X"] = kwargs.pop("x")
        return method(self, *args, **kwargs)

    return cast("_Method", accept)
