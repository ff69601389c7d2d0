"""A function of single elements as a function of tensors."""

from __future__ import annotations

import functools
import math
import re
from typing import TYPE_CHECKING, Any

from keras_core import tree
from keras_core.ops.control import vectorized_map
from keras_core.ops.conversion import convert_to_tensor
from keras_core.ops.rules.shapes import broadcast_shapes
from keras_core.ops.shaping import broadcast_to, ndim, reshape, shape

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_DIMENSIONS = r"\((?:\w+(?:,\w+)*)?\)"
_SIGNATURE = re.compile(rf"^{_DIMENSIONS}(?:,{_DIMENSIONS})*->{_DIMENSIONS}(?:,{_DIMENSIONS})*$")


def vectorize(
    pyfunc: Callable[..., Any], excluded: Collection[int | str] | None = None, signature: str | None = None
) -> Callable[..., Any]:
    """A function that calls `pyfunc` for each element of its arguments, which broadcast, and stacks the results.

    Args:
        pyfunc: takes scalar tensors, or such as `signature` says, and returns a tensor or a structure of them.
        excluded: positions and names of arguments that are passed as they are. Defaults to None.
        signature: the axes that `pyfunc` itself takes of each argument and returns, as "(n,m),(m)->(n)"; None stands
            for scalars. Defaults to None.

    Returns:
        A function of the same arguments.

    Raises:
        ValueError: for a signature of another form, or, when called, arguments that do not fit it or each other.

    Example:
        >>> from keras_core import ops
        >>> distance = ops.vectorize(lambda x, y: ops.sum(ops.abs(x - y)), signature="(n),(n)->()")
        >>> ops.convert_to_numpy(distance([[1, 2], [3, 5]], [0, 0])).tolist()
        [3, 8]
    """
    text = None if signature is None else signature.replace(" ", "")
    if text is not None and not _SIGNATURE.match(text):
        raise ValueError(f"vectorize() got signature={signature!r}, expected one such as '(n,m),(m)->(n)'.")
    cores = None if text is None else [part.strip("()").split(",") if part != "()" else [] for part in _parts(text)]
    skipped = frozenset(excluded or ())

    @functools.wraps(pyfunc)
    def run(*args: Any, **kwargs: Any) -> Any:
        slots: list[int | str] = [k for k in (*range(len(args)), *kwargs) if k not in skipped]
        given = [convert_to_tensor(args[k] if isinstance(k, int) else kwargs[k]) for k in slots]

        def call(elements: Any) -> Any:
            values = dict(zip(slots, elements, strict=True))
            named = {k: values.get(k, value) for k, value in kwargs.items()}
            return pyfunc(*(values.get(k, value) for k, value in enumerate(args)), **named)

        kept = [0] * len(given) if cores is None else _kept_axes(cores, given, text)
        outer = [shape(x)[: ndim(x) - rank] for x, rank in zip(given, kept, strict=True)]
        lead = broadcast_shapes(*outer)
        if not lead:
            return call(given)
        if None in lead or not all(isinstance(n, int) for one in outer for n in one):
            raise ValueError(f"vectorize() got arguments of shapes {outer}, expected known sizes.")
        rows = []
        for x, rank in zip(given, kept, strict=True):
            core = shape(x)[ndim(x) - rank :]
            padded = reshape(x, (*(1,) * (len(lead) - ndim(x) + rank), *shape(x)))
            rows.append(reshape(broadcast_to(padded, (*lead, *core)), (math.prod(lead), *core)))
        results = vectorized_map(call, rows)
        return tree.map_structure(lambda y: reshape(y, (*lead, *shape(y)[1:])), results)

    return run


def _parts(signature: str) -> list[str]:
    return re.findall(_DIMENSIONS, signature.partition("->")[0])


def _kept_axes(cores: list[list[str]], given: list[Any], signature: str | None) -> list[int]:
    """How many of the last axes of each argument belong to the function; their sizes must agree by name."""
    shapes = [shape(x) for x in given]
    if len(cores) != len(given):
        raise ValueError(f"vectorize() got {len(given)} arguments for the signature {signature!r}.")
    sizes: dict[str, Any] = {}
    for core, own in zip(cores, shapes, strict=True):
        if len(own) < len(core):
            raise ValueError(f"vectorize() got an argument of shape {own} for ({','.join(core)}) in {signature!r}.")
        for name, length in zip(core, own[len(own) - len(core) :], strict=True):
            if sizes.setdefault(name, length) != length:
                raise ValueError(
                    f"vectorize() got shapes {shapes} for {signature!r}: {name} is {sizes[name]}, {length}."
                )
    return [len(core) for core in cores]
