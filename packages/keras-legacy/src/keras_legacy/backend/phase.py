"""The learning phase: whether what is computed is for training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import KerasTensor, ops
from keras_core.graph import Node, any_symbolic
from keras_core.layers import active_context

if TYPE_CHECKING:
    from keras_core.typing import Tensor

#: What `K.set_learning_phase` set.
_fixed: int | None = None


def learning_phase() -> Any:
    """1 while training, 0 otherwise; a symbolic scalar where this is decided only when the graph runs.

    The symbolic scalar may stand among the inputs of `K.function`, which then takes 0 or 1 for it.
    """
    context = active_context()
    if _fixed is not None:
        return _fixed
    if context is not None:
        return int(bool(context.training))
    symbol = KerasTensor((), "int32", name="keras_learning_phase")
    Node(current_phase, ("learning_phase",), {}, symbol)
    return symbol


def set_learning_phase(value: int | bool) -> None:
    """Fix what `learning_phase()` returns, until `clear_session()`.

    Raises:
        ValueError: for anything but 0 and 1.
    """
    global _fixed
    if value not in (0, 1):
        raise ValueError(f"The learning phase is 0 (test) or 1 (training), got {value!r}.")
    _fixed = int(value)


def forget_learning_phase() -> None:
    """Let the learning phase depend on what runs again."""
    global _fixed
    _fixed = None


def current_phase(_: str) -> int:
    """What the symbolic learning phase stands for in the graph that runs."""
    context = active_context()
    return int(bool(context is not None and context.training))


def is_phase(x: Any) -> bool:
    """Whether `x` is a symbolic learning phase."""
    return isinstance(x, KerasTensor) and x.node is not None and x.node.operation is current_phase


def in_train_phase(x: Any, alt: Any, training: Any = None) -> Tensor:
    """`x` while training, else `alt`; each a tensor or a function that gives one.

    Args:
        x: tensor while training, or a function without arguments that returns it.
        alt: tensor of the same shape and dtype otherwise, or such a function.
        training: bool, int or scalar tensor; the learning phase when None.
    """
    phase = learning_phase() if training is None else training
    if not isinstance(phase, KerasTensor):
        return choose(phase, x, alt)
    x, alt = _value(x), _value(alt)
    model = next((one for one in (x, alt) if isinstance(one, KerasTensor)), None)
    shape, dtype = (model.shape, model.dtype) if model is not None else (ops.shape(x), ops.dtype(x))
    result = KerasTensor(shape, dtype)
    Node(choose, (phase, x, alt), {}, result)
    return result


def in_test_phase(x: Any, alt: Any, training: Any = None) -> Tensor:
    """`alt` while training, else `x`; see `in_train_phase`.

    Args:
        x: tensor otherwise, or a function that returns it.
        alt: tensor while training, or a function that returns it.
        training: bool, int or scalar tensor; None takes the learning phase. Defaults to None.
    """
    return in_train_phase(alt, x, training)


def choose(phase: Any, x: Any, alt: Any) -> Tensor:
    """`x` where `phase` is true, else `alt`."""
    if isinstance(phase, (bool, int)):
        return _value(x if phase else alt)
    if any_symbolic((phase,)):
        raise TypeError(f"The phase {phase!r} is symbolic and cannot be decided here.")
    return ops.cond(ops.cast(phase, "bool"), lambda: _value(x), lambda: _value(alt))


def _value(x: Any) -> Any:
    return x() if callable(x) else x
