"""HostLayer: a layer of strings, which is computed with NumPy on the host; and strings as they are inside a model.

No backend has tensors of strings. So a model's layers of strings run before its compiled steps, and in the steps a
`Strings` is in the place of each input of strings: it holds what these layers made of it, and each of them takes its
own result from there. It is nested, as a dict is: what walks over nested tensors sees the results.

Such a layer may be called on an input of integers alone, too, whose hash it computes. There a `HostedIntegers` holds
the integers and the results. A model that is called on it goes on with the integers, which any layer takes, and the
results are in `_GIVEN` while it runs.
"""

from __future__ import annotations

import itertools
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np

from keras_core import dtypes
from keras_core.graph.keras_tensor import KerasTensor, any_symbolic, keras_tensors_in
from keras_core.graph.nested import map_nested
from keras_core.layers.layer import Layer
from keras_core.ops import convert_to_tensor
from keras_core.staging.trace import active_trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from keras_core.typing import ArrayLike, Nested, Tensor, TensorTree

STRING = "string"
"""The dtype of inputs of strings."""


class Strings(NamedTuple):
    """Strings inside a model that runs.

    Args:
        made: what layers made of them, by `HostLayer.result_key`: tensors, or `Strings` again. For strings that a layer
            will make of what the model computes, and which it gives: that, by this layer's key.
    """

    made: dict[str, TensorTree]


def written_out(outputs: TensorTree, layers: Callable[[], Iterable[Layer]]) -> TensorTree:
    """What a model gives, with arrays of strings in place of `Strings`.

    Args:
        outputs: nested arrays and `Strings`.
        layers: gives those of the model, among them the ones that make the strings.
    """

    def written(leaf: Any) -> Any:
        if not isinstance(leaf, Strings):
            return leaf
        ((key, numbers),) = leaf.made.items()
        layer = next(one for one in layers() if isinstance(one, HostLayer) and one.result_key == key)
        return layer.on_host(numbers)

    return map_nested(written, outputs, (Strings,))


class HostedIntegers(NamedTuple):
    """Integers of which layers make something on the host, inside a model that runs.

    Args:
        value: the integers.
        made: what layers made of them, by `HostLayer.result_key`.
    """

    value: Tensor
    made: dict[str, TensorTree]


WHOLE = (Strings, HostedIntegers)
"""What stands for one input of a model, though it is nested."""


class HostCall(NamedTuple):
    """A call of a layer of strings in a model.

    Args:
        layer: the layer.
        args: its arguments, nested KerasTensors among them.
        kwargs: its keyword arguments.
        output: what it gives.
    """

    layer: HostLayer
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    output: KerasTensor


#: Collects the calls of layers of strings while a model is called on KerasTensors.
_CALLS: ContextVar[list[HostCall] | None] = ContextVar("keras_host_calls", default=None)

#: A number for each layer that was asked for its `result_key`: no other layer gets it, ever, and no copy either.
_NUMBERS: WeakKeyDictionary[HostLayer, int] = WeakKeyDictionary()
#: Numbers for host layers, each given once, so that results are never taken for those of another layer.
_COUNT = itertools.count()

#: What layers made of integers on the host, while a model is called on these: by `HostLayer.result_key`.
_GIVEN: ContextVar[Mapping[str, TensorTree] | None] = ContextVar("keras_host_results", default=None)


def host_results_of(inputs: TensorTree) -> dict[str, TensorTree]:
    """What layers made of integers on the host, by `HostLayer.result_key`.

    Args:
        inputs: nested inputs of a model.
    """
    made: dict[str, TensorTree] = {}
    _taken_apart(inputs, made)
    return made


@contextmanager
def host_results_in(inputs: TensorTree) -> Iterator[TensorTree]:
    """Gives the inputs with integers in place of each `HostedIntegers`; layers called on them take the results along.

    Args:
        inputs: nested inputs of a model.
    """
    made: dict[str, TensorTree] = {}
    plain = _taken_apart(inputs, made)
    if not made:
        yield inputs
        return
    token = _GIVEN.set({**(_GIVEN.get() or {}), **made})
    try:
        yield plain
    finally:
        _GIVEN.reset(token)


def has_host_results() -> bool:
    """Whether a model runs that was called on integers of which layers made something on the host."""
    return _GIVEN.get() is not None


def _taken_apart(inputs: Any, made: dict[str, TensorTree]) -> Any:
    """The inputs, whose results are put into `made`."""

    def value_of(leaf: Any) -> Any:
        if not isinstance(leaf, HostedIntegers):
            return leaf
        made.update(leaf.made)
        return leaf.value

    return map_nested(value_of, inputs, WHOLE)


@contextmanager
def recorded_host_calls() -> Iterator[list[HostCall]]:
    """Gives the calls of layers of strings on KerasTensors inside, in order."""
    calls: list[HostCall] = []
    token = _CALLS.set(calls)
    try:
        yield calls
    finally:
        _CALLS.reset(token)


class HostLayer(Layer):
    """A layer that is called on strings, and computes with NumPy.

    Called on data, it gives a tensor of the backend, or an array where it gives strings. In a model, it takes inputs of
    strings (``Input(dtype="string")``), of which some or all may be of integers: there it runs on the host, on every
    batch before the compiled step. A subclass defines ``call``, which gets an array and returns one with as many rows,
    and ``compute_output_spec``.

    Args:
        **kwargs: the arguments of `Layer`.

    Call arguments:
        inputs: strings, as arrays, lists, tensors of TensorFlow, or an input of strings.

    Input shape:
        Any that `call` takes.

    Output shape:
        What `compute_output_spec` says.

    Raises:
        TypeError: in a model, for tensors that are neither strings nor integers.

    Example:
        >>> import numpy as np
        >>> from keras_core import Input, KerasTensor, Model
        >>> from keras_core.layers import HostLayer
        >>> class Lengths(HostLayer):
        ...     def call(self, inputs):
        ...         return np.vectorize(len)(inputs)
        ...     def compute_output_spec(self, inputs):
        ...         return KerasTensor(inputs.shape, "int64")
        >>> words = Input((1,), dtype="string")
        >>> model = Model(words, Lengths()(words) + 1)
        >>> model.predict(np.array(["a", "bcd"]), verbose=0).ravel().tolist()
        [2, 4]
    """

    runs_on_host = True
    takes_integers = False
    """Whether the layer may be called on nothing but integers in a model."""

    @property
    def writes_strings(self) -> bool:
        """Whether it makes strings of numbers: then it may be the last layer of a model, behind its compiled steps."""
        return False

    def as_data(self, inputs: ArrayLike) -> Nested[np.ndarray]:
        """What `call` gets of what the layer is called on: arrays of str or numbers.

        Args:
            inputs: data of one input, or a list of them.
        """
        array = np.asarray(inputs)
        return np.char.decode(array, "utf-8") if array.dtype.kind == "S" else array

    def on_host(self, inputs: ArrayLike, *args: Any, **kwargs: Any) -> np.ndarray:
        """The layer's result for data, as it is before it becomes a tensor.

        Args:
            inputs: the data.
            *args: further arguments of `call`.
            **kwargs: the same by name.
        """
        found: np.ndarray = self.call(self.as_data(inputs), *args, **kwargs)
        return found

    @property
    def result_key(self) -> str:
        """The name under which a `Strings` holds the layer's result."""
        return f"{self.name}@{_NUMBERS.setdefault(self, next(_COUNT))}"

    def __call__(self, inputs: TensorTree, *args: Any, **kwargs: Any) -> TensorTree:
        """Call the layer on data, or on inputs of strings of a model."""
        strings = first_strings(inputs)
        if strings is not None:
            return self._result_in(strings)
        given = _GIVEN.get()
        if given is not None and self.result_key in given:
            return given[self.result_key]
        if any_symbolic(inputs):
            return self._extend_graph(inputs, args, kwargs)
        self.built = True
        if self.writes_strings and active_trace() is not None:
            return Strings({self.result_key: inputs})
        outputs = self.on_host(inputs, *args, **kwargs)
        if isinstance(outputs, np.ndarray) and outputs.dtype.kind in "biuf":
            return convert_to_tensor(outputs)
        return outputs

    def _result_in(self, strings: Strings) -> Any:
        if self.result_key not in strings.made:
            raise TypeError(
                f"Layer {self.name!r} ({type(self).__name__}) was not called on these strings when the model was "
                "called on symbolic inputs, which tells what is computed before its compiled steps. Call it for every "
                "batch, whatever its values are."
            )
        return strings.made[self.result_key]

    def _extend_graph(self, inputs: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        tensors = keras_tensors_in(inputs)
        if self.writes_strings and all(tensor.dtype != STRING for tensor in tensors):
            return super().__call__(inputs, *args, **kwargs)
        integers = self.takes_integers and all(dtypes.is_int(tensor.dtype) for tensor in tensors)
        if not integers and all(tensor.dtype != STRING for tensor in tensors):
            raise TypeError(
                f"Layer {self.name!r} ({type(self).__name__}) works on data, before a model, or on inputs of "
                f'strings{" or integers" if self.takes_integers else ""} in it: Input(..., dtype="{STRING}"). It was '
                f"called on a symbolic tensor of {tensors[0].dtype}."
            )
        output = super().__call__(inputs, *args, **kwargs)
        calls = _CALLS.get()
        if calls is not None:
            calls.append(HostCall(self, (inputs, *args), kwargs, output))
        return output


def first_strings(inputs: TensorTree) -> Strings | None:
    """The first `Strings` among the arguments of a layer: itself, or in a list of inputs."""
    if isinstance(inputs, Strings):
        return inputs
    if isinstance(inputs, (list, tuple)):
        return next((one for one in inputs if isinstance(one, Strings)), None)
    return None
