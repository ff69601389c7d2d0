"""K.function and K.gradients: parts of a graph that run on given values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import KerasTensor, Layer, Staged, Trace, Variable, dtypes, ops, symbolic_gradients
from keras_core import backend as backends
from keras_core.graph import (
    Node,
    Update,
    evaluate_where_given,
    keras_tensors_in,
    leaves_of,
    map_nested,
    nodes_up_to_masks,
)
from keras_core.layers import CallContext
from keras_core.random import get_seed_generator

from keras_legacy.backend.phase import is_phase
from keras_legacy.backend.values import as_dense

if TYPE_CHECKING:
    from keras_core.backend import Backend
    from keras_core.typing import Tensor

_SEED_DTYPE = "uint32"


def gradients(loss: Tensor, variables: Any) -> list[Tensor]:
    """Gradients of a symbolic loss by symbolic tensors and Variables.

    Args:
        loss: a KerasTensor; of several elements, their sum is meant.
        variables: a KerasTensor or Variable, or a list of them.

    Returns:
        A list of KerasTensors, to be evaluated by `K.function`.

    Raises:
        TypeError: for a loss that has a value already.
    """
    wrt = list(variables) if isinstance(variables, (list, tuple)) else [variables]
    return symbolic_gradients(loss, wrt)


def stop_gradient(variables: Any) -> Any:
    """The same value (or list of values), through which no gradient flows."""
    if isinstance(variables, (list, tuple)):
        return [ops.stop_gradient(one) for one in variables]
    return ops.stop_gradient(variables)


def print_tensor(x: Any, message: str = "", summarize: int = 3) -> Any:
    """The same value, printed on standard output each time it is computed; use it in the place of `x`.

    Args:
        x: tensor, KerasTensor or Variable.
        message: what is printed before the values. Defaults to "".
        summarize: how many elements of an axis are shown at both of its ends; -1 for all. Defaults to 3.
    """
    return ops.print_tensor(x, message, summarize)


def function(inputs: Any, outputs: Any, updates: Any = None, **kwargs: Any) -> GraphFunction:
    """Make a callable that computes parts of a graph, compiled at its first call.

    Args:
        inputs: a list of KerasTensors; `K.learning_phase()` may be among them, and takes 0 or 1.
        outputs: KerasTensors (also nested) to compute.
        updates: what `K.update` and its like return, pairs (Variable, new value), or `optimizer.get_updates(...)`;
            assigned after the outputs are computed. Defaults to None.
        **kwargs: `name`.

    Returns:
        A callable that takes a list of arrays and returns NumPy arrays structured like `outputs`.

    Raises:
        ValueError: for an unknown argument or inputs that are not KerasTensors.

    Example:
        >>> from keras_legacy import backend as K
        >>> x = K.placeholder((None, 2))
        >>> K.function([x], [K.sum(x * x, axis=1)])([[[1.0, 2.0]]])[0].tolist()
        [5.0]
    """
    name = kwargs.pop("name", None)
    if kwargs:
        raise ValueError(f"K.function() does not take {', '.join(kwargs)}; it takes inputs, outputs, updates and name.")
    return GraphFunction(inputs, outputs, updates, name)


class GraphFunction:
    """What `K.function` returns."""

    def __init__(self, inputs: Any, outputs: Any, updates: Any = None, name: str | None = None) -> None:
        self.name = name
        self.inputs: list[Any] = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]
        self.outputs = outputs
        self.updates = [_update(one) for one in _flat(updates)]
        self._symbols = [x for x in self.inputs if not is_phase(x)]
        for x in self._symbols:
            if not isinstance(x, KerasTensor):
                raise ValueError(f"K.function(): inputs must be symbolic tensors, got {x!r}.")
        wanted = keras_tensors_in([outputs, [update.values for update in self.updates]])
        self._nodes, _ = nodes_up_to_masks(self._symbols, wanted)
        self._programs: dict[bool, Staged] = {}

    def __call__(self, inputs: Any = (), *more: Any) -> Any:
        """Compute the outputs for a list of arrays, one for each input."""
        given = [*inputs, *more] if isinstance(inputs, (list, tuple)) else [inputs, *more]
        if len(given) != len(self.inputs):
            raise ValueError(f"This K.function takes {len(self.inputs)} inputs, got {len(given)}.")
        training = any(bool(value) for x, value in zip(self.inputs, given, strict=True) if is_phase(x))
        feeds = [_fed(x, value) for x, value in zip(self.inputs, given, strict=True) if not is_phase(x)]
        if training not in self._programs:
            backend = self._backend()
            run = partial(self._run, training)
            self._programs[training] = Staged(run, list(self._variables()), backend, relax_batch=True)
        program = self._programs[training]
        found = iter(program(*feeds))
        return map_nested(lambda leaf: program.backend.numpy(next(found)), self.outputs)

    def _run(self, training: bool, *feeds: Any) -> list[Any]:
        environment = dict(zip(map(id, self._symbols), feeds, strict=True))

        def value(leaf: Any) -> Any:
            return environment[id(leaf)] if isinstance(leaf, KerasTensor) else leaf

        backend = self._backend()
        with Trace(backend) as inner, CallContext(training=training):
            for node in self._nodes:
                evaluate_where_given(node, environment)
        # As in Keras 2, of all that the layers would assign only random state moves on.
        for variable, new in inner.written.items():
            if variable.dtype == _SEED_DTYPE:
                variable.assign(new)
        outputs = [value(leaf) for leaf in leaves_of(self.outputs)]
        outputs = [one.value if isinstance(one, Variable) else one for one in outputs]
        new_values = [[value(one) for one in update.values] for update in self.updates]
        for update, values in zip(self.updates, new_values, strict=True):
            update.run(values)
        return outputs

    def _backend(self) -> Backend:
        return backends.common_owner(list(self._variables())) or backends.active()

    def _variables(self) -> Iterator[Variable]:
        """All variables that the graph reads and the updates write, each once."""
        found: dict[Variable, None] = {}
        for node in self._nodes:
            found.update(dict.fromkeys(_variables_of(node)))
        for update in self.updates:
            found.update(dict.fromkeys(update.writes))
        backend_name = next(iter(found)).backend_name if found else backends.active_name()
        found[get_seed_generator(backend_name).state] = None
        return iter(found)


def _variables_of(node: Node) -> Iterator[Variable]:
    if isinstance(node.operation, Layer):
        yield from node.operation.variables
    yield from (leaf for leaf in leaves_of((node.args, node.kwargs)) if isinstance(leaf, Variable))


def _flat(updates: Any) -> Iterable[Any]:
    if updates is None:
        return
    if isinstance(updates, list):
        for one in updates:
            yield from _flat(one)
    else:
        yield updates


def _update(one: Any) -> Update:
    if isinstance(one, Update):
        return one
    if isinstance(one, Sequence) and len(one) == 2 and isinstance(one[0], Variable):
        return Update(one[0].assign, [one[1]], [one[0]])
    raise ValueError(
        f"K.function(): an update is what K.update() returns or a pair (Variable, new value), got {one!r}."
    )


def _fed(symbol: KerasTensor, value: Any) -> Any:
    value = as_dense(value)
    if hasattr(value, "dtype") and not isinstance(value, (np.ndarray, np.generic)):
        return value
    return np.asarray(value, dtype=dtypes.numpy_dtype(symbol.dtype))
