"""Argument names of earlier Keras versions, accepted beside the current ones.

A layer lists them in a table, old name → what it became:

    "padding"                     another name for the same value
    ("padding", convert)          another name for ``convert(value)``
    Only(False)                   gone; this one value still means what the layer does
    None                          gone without effect, such as a hint about speed

A key may be a tuple of old names whose values together became one tuple. Old values of None mean
"not given".
"""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ParamSpec

from keras_core.argument_checks import checked_init

from keras_layers.checks import DATA_FORMATS

P = ParamSpec("P")


@dataclass(frozen=True)
class Only:
    """An argument with a single supported value."""

    value: Any


Became = str | tuple[str, Callable[[Any], Any]] | Only | None
OldNames = Mapping[Any, Became]

DIM_ORDERING: OldNames = {"dim_ordering": ("data_format", DATA_FORMATS.get)}
KERNEL: OldNames = {
    "init": "kernel_initializer",
    "bias": "use_bias",
    "W_regularizer": "kernel_regularizer",
    "W_constraint": "kernel_constraint",
    "b_regularizer": "bias_regularizer",
    "b_constraint": "bias_constraint",
}
DENSE: OldNames = {**KERNEL, "output_dim": "units"}
CONVOLUTION: OldNames = {
    **KERNEL,
    **DIM_ORDERING,
    "nb_filter": "filters",
    "border_mode": "padding",
    "subsample": "strides",
    "atrous_rate": "dilation_rate",
    "filter_length": "kernel_size",
    "subsample_length": "strides",
    ("nb_row", "nb_col"): "kernel_size",
    ("kernel_dim1", "kernel_dim2", "kernel_dim3"): "kernel_size",
}
# What configs of Keras 2 hold for convolutions that have neither groups nor a single kernel.
UNGROUPED: OldNames = {"groups": Only(1)}
KERNEL_IN_PARTS: OldNames = {
    **UNGROUPED,
    "kernel_initializer": None,
    "kernel_regularizer": Only(None),
    "kernel_constraint": Only(None),
}
POOLING: OldNames = {**DIM_ORDERING, "border_mode": "padding", "pool_length": "pool_size", "stride": "strides"}
RECURRENT: OldNames = {
    **DENSE,
    "inner_init": "recurrent_initializer",
    "inner_activation": "recurrent_activation",
    "U_regularizer": "recurrent_regularizer",
    "U_constraint": "recurrent_constraint",
    "dropout_W": "dropout",
    "dropout_U": "recurrent_dropout",
    "forget_bias_init": ("unit_forget_bias", lambda value: value in ("one", "ones", 1)),
    "consume_less": None,
}
# Choices between equal computations: the backend makes them here.
RECURRENT_HINTS: OldNames = {"implementation": None, "use_cudnn": None, "time_major": Only(False)}


# Keras 1's initializers. Where one stands behind the sizes, the arguments are in Keras 1's order: initializers came
# before activations there.
_INITIALIZERS = frozenset(
    {"uniform", "lecun_uniform", "normal", "identity", "orthogonal", "zero", "one"}
    | {f"{name}_{kind}" for name in ("glorot", "he") for kind in ("normal", "uniform")}
)
_REGULARIZERS_OF_CELLS = ("W_regularizer", "U_regularizer", "b_regularizer", "dropout_W", "dropout_U")
DENSE_ORDER = (
    *("output_dim", "init", "activation", "weights", "W_regularizer", "b_regularizer", "activity_regularizer"),
    *("W_constraint", "b_constraint", "bias"),
)
SIMPLE_RNN_ORDER = ("output_dim", "init", "inner_init", "activation", *_REGULARIZERS_OF_CELLS)
GRU_ORDER = ("output_dim", "init", "inner_init", "activation", "inner_activation", *_REGULARIZERS_OF_CELLS)
LSTM_ORDER = (
    *("output_dim", "init", "inner_init", "forget_bias_init", "activation", "inner_activation"),
    *_REGULARIZERS_OF_CELLS,
)


def old_names(
    keras1: OldNames | None = None,
    keras2: OldNames | None = None,
    sizes_apart: bool = False,
    keras1_order: tuple[str, ...] = (),
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Decorate an ``__init__`` so that it also takes old argument names.

    Args:
        keras1: names that raise a DeprecationWarning.
        keras2: names that are accepted silently.
        sizes_apart: whether sizes of the kernel may stand one after the other, as in ``Conv2D(8, 3, 3)``, where the
            call is recognized as Keras 1's by one of its names or by what follows; without these it is read as Keras 3
            does, ``strides=3``. Defaults to False.
        keras1_order: Keras 1's names in their order. A call that has one of its initializers in the place of "init"
            is in it. Defaults to no such order.

    Raises:
        TypeError: at the call, for an argument given by both names, or one of a tuple of old
            names without the others.
        ValueError: at the call, for a value that is not supported any more.
    """
    table: dict[tuple[str, ...], tuple[Became, bool]] = {}
    for names, warn in ((keras2 or {}, False), (keras1 or {}, True)):
        for old, became in names.items():
            table[(old,) if isinstance(old, str) else old] = (became, warn)
    known = {name for names in table for name in names}

    def decorate(init: Callable[P, None]) -> Callable[P, None]:
        order = list(inspect.signature(init).parameters)
        checking = checked_init(init)

        @functools.wraps(checking)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> None:
            given: tuple[Any, ...] = args
            if sizes_apart:
                given = _with_kernel_size(given, kwargs, not known.isdisjoint(kwargs))
            if keras1_order:
                given = _by_name(given, kwargs, keras1_order)
            if not known.isdisjoint(kwargs):
                layer = type(given[0]).__name__
                if len(given) <= len(order):  # by name, so that none is given twice
                    kwargs.update(zip(order[1:], given[1:], strict=False))
                    given = given[:1]
                for names, (became, warn) in table.items():
                    _translate(layer, names, became, warn, kwargs)
            checking(*given, **kwargs)

        return wrapper

    return decorate


# What follows the kernel's sizes in Keras 1's convolutions.
_AFTER_SIZES = ("init", "activation", "weights", "border_mode", "subsample", "dim_ordering")


def _with_kernel_size(args: tuple[Any, ...], kwargs: dict[str, Any], keras1: bool) -> tuple[Any, ...]:
    """Arguments of a convolution with its kernel's sizes as one tuple, where they were given one by one."""
    layer, *values = args
    rank = kwargs.get("rank") or layer.rank
    sizes, rest = tuple(values[1 : 1 + rank]), values[1 + rank :]
    if len(sizes) < rank or not all(type(size) is int for size in sizes):
        return args
    if rank == 1 and not _is_initializer(rest, 0):
        return args
    as_padding = values[3] if len(values) > 3 else "valid"  # what Keras 3 would take it for
    if rank > 1 and not keras1 and as_padding in ("valid", "same", "causal"):
        return args
    kwargs.update(zip(_AFTER_SIZES, rest, strict=False))
    return (layer, values[0], sizes)


def _by_name(args: tuple[Any, ...], kwargs: dict[str, Any], order: tuple[str, ...]) -> tuple[Any, ...]:
    """Arguments in Keras 1's order, from its initializer on by name."""
    place = order.index("init")
    if not _is_initializer(args, place + 1):
        return args
    for name, value in zip(order[place:], args[place + 1 :], strict=False):
        if name in kwargs:
            raise TypeError(f"{type(args[0]).__name__} got {name!r} by place and by name.")
        kwargs[name] = value
    return args[: place + 1]


def _is_initializer(values: tuple[Any, ...] | list[Any], place: int) -> bool:
    return len(values) > place and isinstance(values[place], str) and values[place] in _INITIALIZERS


def _translate(layer: str, names: tuple[str, ...], became: Became, warn: bool, kwargs: dict[str, Any]) -> None:
    """Replace one old argument in `kwargs`."""
    given = [name for name in names if name in kwargs]
    if not given:
        return
    if len(given) < len(names):
        raise TypeError(f"{layer}: {', '.join(names)} belong together, but only {', '.join(given)} was given.")
    values = [kwargs.pop(name) for name in names]
    value = values[0] if len(names) == 1 else tuple(values)
    if isinstance(became, Only):
        if value != became.value:
            raise ValueError(f"{layer}: {names[0]}={value!r} is not supported; leave it out or give {became.value!r}.")
        return
    new = became[0] if isinstance(became, tuple) else became
    if warn:
        remedy = f"write {new}=" if new else "leave it out, it has no effect"
        warnings.warn(
            f"{layer}: {' and '.join(names)} is a Keras 1 argument; {remedy}.", DeprecationWarning, stacklevel=3
        )
    if new is None or value is None:
        return
    if kwargs.get(new) is not None:
        raise TypeError(f"{layer}: {names[0]} is an older name of {new}; only one of them can be given.")
    kwargs[new] = became[1](value) if isinstance(became, tuple) else value
