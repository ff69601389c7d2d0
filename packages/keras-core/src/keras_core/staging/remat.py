"""Rematerialization: values that a gradient needs are computed again instead of kept, which saves memory."""

from __future__ import annotations

import functools
import math
from contextvars import ContextVar, Token, copy_context
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias, TypeVar, get_args

from keras_core import tree
from keras_core.backend import discovery
from keras_core.backend.optional_protocols import Rematerializes
from keras_core.graph.keras_tensor import any_symbolic
from keras_core.staging.pure import Effects, PureBody, scalar_loss, specs_of
from keras_core.staging.staged import flatten_results
from keras_core.staging.trace import Trace, active_trace, outside_traces

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from keras_core.backend.protocol import Backend, VariableLike
    from keras_core.graph.spec import Spec

F = TypeVar("F", bound="Callable[..., Any]")

RematMode: TypeAlias = Literal["full", "activations", "larger_than", "list_of_layers"]

#: The innermost `RematScope`, which layers note when they are made.
_SCOPE: ContextVar[RematScope | None] = ContextVar("keras_remat_scope", default=None)
#: Whether what runs is computed again as a whole, so that parts of it need not be.
_INSIDE: ContextVar[bool] = ContextVar("keras_inside_remat", default=False)


class RematScope:
    """Layers made inside keep less for their gradients, and compute it again instead: less memory, more time.

    The scope says so on TensorFlow, JAX and PyTorch. Theano decides by itself what it keeps, and NumPy has no
    gradients: it changes nothing on these. A layer whose layers inside would be computed again as well is so once, as a
    whole; a model is not, unless it is named, since its layers are.

    Args:
        mode: "full", each layer as a whole; "activations", only the activation function of layers that have one;
            "larger_than", layers with an output of more than `output_size_threshold` elements; "list_of_layers", those
            of these names; None, none. Defaults to "full".
        output_size_threshold: a number of elements, the batch included where its size is known. Defaults to 1024.
        layer_names: names of layers, for "list_of_layers". Defaults to None.

    Raises:
        ValueError: for another mode, or names without "list_of_layers" or the other way round.

    Example:
        >>> from keras_core import RematScope, Sequential
        >>> from keras_core.layers import Input
        >>> with RematScope(mode="larger_than", output_size_threshold=10_000):
        ...     model = Sequential([Input((32,))])
    """

    def __init__(
        self,
        mode: RematMode | None = "full",
        output_size_threshold: int = 1024,
        layer_names: Iterable[str] | None = None,
    ) -> None:
        if mode is not None and mode not in get_args(RematMode):
            listed = ", ".join(map(repr, get_args(RematMode)))
            raise ValueError(f"RematScope: mode must be one of {listed}, or None; got {mode!r}.")
        names = None if layer_names is None else list(layer_names)
        if (mode == "list_of_layers") != bool(names):
            raise ValueError(
                f"RematScope: layer_names are for mode='list_of_layers', which needs them; got mode={mode!r} and "
                f"layer_names={names!r}."
            )
        self.mode = mode
        self.output_size_threshold = output_size_threshold
        self.layer_names = names
        self._tokens: list[Token[RematScope | None]] = []

    def __enter__(self) -> Self:
        self._tokens.append(_SCOPE.set(self))
        return self

    def __exit__(self, *exc: object) -> None:
        _SCOPE.reset(self._tokens.pop())


def active_remat_scope() -> RematScope | None:
    """The innermost `RematScope`; None outside of any, and in one whose mode is None."""
    scope = _SCOPE.get()
    return None if scope is None or scope.mode is None else scope


def remat(f: F) -> F:
    """`f`, computed again where its gradient needs what was computed inside it, instead of keeping that.

    TensorFlow, JAX and PyTorch compute a gradient from values that are kept since the forward pass. What is kept of a
    call of this function is only its arguments and results. It gives the same numbers, and takes more time. Theano
    decides by itself what it keeps, and NumPy has no gradients: `f` just runs on these.

    Args:
        f: a function of tensors, which may read and assign variables, as layers do.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops, remat
        >>> @remat
        ... def block(x):
        ...     return ops.tanh(ops.sin(x))
        >>> float(block(np.float32(0)))
        0.0
    """

    @functools.wraps(f)
    def computed_again(*args: Any, **kwargs: Any) -> Any:
        return rematerialized(f, args, kwargs)

    return computed_again  # type: ignore[return-value]


def rematerialized(
    fn: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any], more_than: int | None = None
) -> Any:
    """``fn(*args, **kwargs)``, whose gradient computes it again.

    Args:
        fn: the function.
        args: its arguments, nested; what is a tensor among them it is differentiated by, besides variables.
        kwargs: keyword arguments likewise.
        more_than: only where a result has more elements than this.
    """
    trace = active_trace()
    if _INSIDE.get() or any_symbolic((args, kwargs)) or (trace is not None and trace.creating):
        return fn(*args, **kwargs)
    leaves = tree.flatten((args, kwargs))
    backend = trace.backend if trace is not None else discovery.common_owner(leaves) or discovery.active()
    if not isinstance(backend, Rematerializes) or "train" not in backend.capabilities:
        return fn(*args, **kwargs)
    places = [place for place, leaf in enumerate(leaves) if backend.is_tensor(leaf)]
    tensors = [leaves[place] for place in places]

    def on(*given: Any) -> Any:
        filled = list(leaves)
        for place, tensor in zip(places, given, strict=True):
            filled[place] = tensor
        token = _INSIDE.set(True)
        try:
            new_args, new_kwargs = tree.pack_sequence_as((args, kwargs), filled)
            return fn(*new_args, **new_kwargs)
        finally:
            _INSIDE.reset(token)

    effects, read, results = _examined(backend, on, tensors)
    if more_than is not None and not any(_size(one) > more_than for one in results):
        return fn(*args, **kwargs)
    written = len(effects.variables)
    state = Effects([*effects.variables, *read], effects.owners)
    body = PureBody(backend, on, state)

    def run(*given: Any) -> list[Any]:
        found, new = body(given[: len(state)], given[len(state) :])
        return [*new[:written], *new[len(state.variables) :], *found]

    context = copy_context()
    out = backend.remat(lambda *given: context.copy().run(run, *given))(*state.begin(backend), *tensors)
    effects.commit(out[: len(effects)])
    return body.pack(out[len(effects) :])


def _examined(
    backend: Backend, fn: Callable[..., Any], tensors: Sequence[Any]
) -> tuple[Effects, list[VariableLike], list[Spec]]:
    """What `fn` assigns and adds as losses, what else it reads, and specs of its results, found on abstract tensors."""
    found: list[tuple[Effects, list[VariableLike]]] = []

    def dry(*given: Any) -> list[Any]:
        with outside_traces(), Trace(backend) as trace:  # what it reads here is not what the outer one reads
            flat, _ = flatten_results(fn(*given), backend)
            owners = {owner: backend.dtype(scalar_loss(one, backend)) for owner, one in trace.losses}
        effects = Effects(trace.written, owners)
        found.append((effects, [one for one in trace.read_variables if one not in trace.written]))
        return flat

    results = backend.abstract(dry, specs_of(backend, tensors))
    effects, read = Effects(), dict[Any, None]()
    for effect, variables in found:  # a backend may look at several sizes
        effects |= effect
        read |= dict.fromkeys(variables)
    return effects, [one for one in read if one not in effects.variables], results


def _size(spec: Spec) -> int:
    return math.prod(size or 1 for size in spec.shape)
