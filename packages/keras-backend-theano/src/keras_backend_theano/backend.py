"""The backend object: arrays outside, PyTensor graphs while a function is staged."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NoReturn

import numpy as np
import pytensor.gradient
import pytensor.tensor as pt
from keras_core import Spec, Trace, dtypes
from keras_core import Variable as KerasVariable
from keras_core.backend import standardize_device
from keras_core.typing import Shape
from pytensor.graph.basic import Constant, Variable
from pytensor.graph.null_type import NullType
from pytensor.tensor.type import TensorType

from keras_backend_theano.linker.compiling import compiled, settings
from keras_backend_theano.symbolic import OPS, numpy_dtype, tensor

FlatFunction = Callable[..., "list[Any]"]

_FAMILIES = (
    *("elementwise", "shaping", "creation", "reduction", "indexing", "linalg"),
    *("nn", "conv", "rnn", "random", "control"),
)
for _family in _FAMILIES:
    importlib.import_module(f"keras_backend_theano.{_family}")


class Cell:
    """Storage of a variable: the array it holds now, replaced as a whole and never written into."""

    __slots__ = ("name", "value")

    def __init__(self, value: np.ndarray, name: str) -> None:
        self.value = value
        self.name = name


def _frozen(value: np.ndarray) -> np.ndarray:
    value.flags.writeable = False
    return value


def _placeholder(spec: Any) -> Variable:
    return TensorType(numpy_dtype(spec.dtype).name, shape=tuple(spec.shape))()


class TheanoBackend:
    """PyTensor as Keras sees it."""

    name = "theano"
    protocol = 1
    capabilities: frozenset[str] = frozenset({"train", "compiles", "second-order"})
    ops: Mapping[str, Callable[..., Any]] = OPS

    # -- tensors

    def tensor(self, value: Any, dtype: str | None = None) -> Any:
        """`value` as an array, or a symbolic value cast to `dtype`."""
        if isinstance(value, Variable):
            return tensor(value, None if dtype is None else numpy_dtype(dtype).name)
        return np.asarray(value, None if dtype is None else dtypes.numpy_dtype(dtype))

    def borrow(self, array: np.ndarray) -> np.ndarray:
        """`array` as an argument of one call."""
        return array

    def numpy(self, tensor: Any) -> np.ndarray:
        """A copy; only arrays have values."""
        if isinstance(tensor, Constant):
            return np.array(tensor.data)
        if isinstance(tensor, Variable):
            raise TypeError(
                "A symbolic value has no numbers while a function is being staged; use ops on it, or "
                "return it from the function."
            )
        return np.array(tensor)

    def is_tensor(self, value: Any) -> bool:
        """Whether it is an array, a NumPy scalar or a PyTensor variable."""
        return isinstance(value, (np.ndarray, np.generic, Variable))

    def is_concrete(self, tensor: Any) -> bool:
        """Whether it is an array or a NumPy scalar."""
        return not isinstance(tensor, Variable)

    def is_recording(self) -> bool:
        """Never: gradients are taken of graphs."""
        return False

    def shape(self, tensor: Any) -> Shape:
        """Sizes of all axes, None where a graph does not know them."""
        return tuple(tensor.type.shape) if isinstance(tensor, Variable) else np.shape(tensor)

    def dtype(self, tensor: Any) -> str:
        """Name of the dtype."""
        if isinstance(tensor, Variable):
            return str(tensor.type.dtype)
        return dtypes.standardize(tensor.dtype)

    # -- variables

    def create(self, value: np.ndarray, name: str, trainable: bool) -> Cell:
        """Storage that begins with a copy of `value`."""
        return Cell(_frozen(np.array(value)), name)

    def read(self, handle: Cell) -> np.ndarray:
        """The array held now; it is read-only, so that nobody changes the variable through it."""
        return handle.value

    def write(self, pairs: Sequence[tuple[Cell, Any]]) -> None:
        """Put copies of arrays in place of the old ones; all of them, or none."""
        new = [(handle, _frozen(np.array(value))) for handle, value in pairs]
        for handle, value in new:
            if value.shape != handle.value.shape or value.dtype != handle.value.dtype:
                raise ValueError(
                    f"A variable of shape {handle.value.shape} and dtype {handle.value.dtype} cannot be assigned "
                    f"a value of shape {value.shape} and dtype {value.dtype}."
                )
        _commit(new)

    # -- staging

    def stage(
        self,
        fn: FlatFunction,
        variables: Sequence[Any],
        signature: Sequence[Spec],
        jit: bool | None = None,
        ops: frozenset[str] = frozenset(),
    ) -> FlatFunction:
        """One compiled function of arguments and variables; new values are committed together.

        `jit=True` compiles by numba; otherwise the graph runs as NumPy calls, which starts at once.
        """
        read: dict[Any, Variable] = {}

        def fetch(variable: Any) -> Variable:
            read[variable] = _placeholder(variable)
            return read[variable]

        inputs = [_placeholder(spec) for spec in signature]
        with settings():
            with Trace(self, variables, fetch=fetch) as trace:
                results = [tensor(value) for value in fn(*inputs)]
            written = [variable.storage for variable in trace.written]
            new = [tensor(value) for value in trace.written.values()]
            function = compiled([*inputs, *read.values()], [*results, *new], bool(jit))
        handles = [variable.storage for variable in read]
        count = len(results)

        def program(*tensors: Any) -> list[Any]:
            values = function(*tensors, *[handle.value for handle in handles])
            if written:
                _commit(list(zip(written, map(_frozen, values[count:]), strict=True)))
            return values[:count]

        return program

    def stage_steps(self, *args: Any, **kwargs: Any) -> NoReturn:
        """A step is one call already; the capability "steps" is not declared."""
        raise NotImplementedError("The 'theano' backend runs one step a call.")

    def value_and_gradients(
        self, fn: Callable[..., tuple[Any, list[Any]]], values: Sequence[Any]
    ) -> tuple[Any, list[Any], list[Any]]:
        """The scalar, the other results, and gradients by fresh nodes that stand for the values."""
        given = [pt.tensor_copy(tensor(value)) for value in values]
        loss, others = fn(*given)
        floats = [v for v in given if v.type.dtype.startswith("float")]
        if not isinstance(loss, Variable) or not floats:
            return loss, others, [None] * len(given)
        found = pytensor.gradient.grad(
            loss,
            floats,
            disconnected_inputs="ignore",
            return_disconnected="none",
            null_gradients="return",
        )
        by_value = dict(zip(floats, map(_usable, found, floats), strict=True))
        return loss, others, [by_value.get(value) for value in given]

    def abstract(self, fn: FlatFunction, signature: Sequence[Spec]) -> list[Spec]:
        """Specs of the graph that `fn` builds."""
        with settings():
            results = fn(*map(_placeholder, signature))
        return [Spec(self.shape(value), self.dtype(value)) for value in results]

    def devices(self) -> list[str]:
        """The processor."""
        return ["cpu:0"]

    def device(self, name: str) -> AbstractContextManager[None]:
        """There is one device, so its scope does nothing."""
        standardize_device(name, self.devices())
        return nullcontext()


def _usable(gradient: Any, value: Variable) -> Any:
    """The gradient in the value's dtype.

    Raises:
        NotImplementedError: when an op on the way has no gradient.
    """
    if gradient is None:
        return None
    if isinstance(gradient.type, NullType):
        raise NotImplementedError(f"An op has no gradient on the 'theano' backend: {gradient.type.why_null}")
    return tensor(gradient, value.type.dtype)


def _commit(pairs: Sequence[tuple[Cell, np.ndarray]]) -> None:
    """Replace the arrays; if interrupted, put the old ones back."""
    old = [(handle, handle.value) for handle, _ in pairs]
    try:
        for handle, value in pairs:
            handle.value = value
    except BaseException:
        for handle, value in old:
            handle.value = value
        raise


BACKEND = TheanoBackend()


@pt._as_tensor_variable.register(KerasVariable)
def _converted(value: KerasVariable, name: str | None = None, ndim: int | None = None, **options: Any) -> Any:
    """Lets PyTensor's own functions and operators take a Variable of Keras."""
    return pt.as_tensor_variable(value.value, name, ndim)
