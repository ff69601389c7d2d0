"""What each layer of a model costs: arithmetic, time of its call, and of its call with gradients, and memory."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core import dtypes, ops, tree
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.topology import nodes_behind
from keras_core.layers.call_context import CallContext
from keras_core.layers.layer import Layer
from keras_core.staging.gradients import gradients
from keras_core.staging.staged import Staged
from keras_core.staging.variable import unchanged_variables
from keras_core.training.data import dtype_name
from keras_core.training.undoing import variables_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.graph.keras_tensor import Node
    from keras_core.staging.variable import Variable
    from keras_core.training.programs import Programs
    from keras_core.training.state import TrainingState
    from keras_core.typing import TensorTree


@dataclass(frozen=True, kw_only=True)
class LayerCost:
    """What one call of a layer, or of an op between layers, costs for one batch.

    Args:
        name: the layer's name.
        kind: its class.
        arithmetic: operations that its call takes, see `OpGraph.arithmetic_by_layer`; None where `call` runs what is no
            op of Keras, which cannot be recorded.
        forward: seconds of its call, the least of some runs.
        training: seconds of its call with the gradients by its weights and inputs; None on a backend without gradients.
        parameters: the number of its weights.
        weight_bytes: the memory of its weights.
        output_bytes: the memory of its outputs, which training keeps for the gradients.
    """

    name: str
    kind: str
    arithmetic: int | None
    forward: float
    training: float | None
    parameters: int
    weight_bytes: int
    output_bytes: int


@dataclass(frozen=True)
class ModelProfile:
    """What the layers of a model cost, in the order of their calls; as text it is a table.

    Args:
        rows: one for each call.
        whole: the whole model, compiled as one program, in which a framework may merge what layers do.
        batch_size: number of samples.

    Example:
        >>> from keras_core.training.profiling import LayerCost, ModelProfile
        >>> times, sizes = {"forward": 0.002, "training": 0.005}, {"weight_bytes": 80, "output_bytes": 9}
        >>> cost = LayerCost(name="out", kind="Dense", arithmetic=1280, parameters=20, **times, **sizes)
        >>> print(ModelProfile([cost], cost, 32))
        Costs of a batch of 32      arithmetic   forward  training   %  weights  outputs
        out (Dense)                     1.28 k   2.00 ms   5.00 ms 100     80 B      9 B
        the model as one program        1.28 k   2.00 ms   5.00 ms         80 B      9 B
    """

    rows: Sequence[LayerCost]
    whole: LayerCost
    batch_size: int

    def __str__(self) -> str:
        times = [row.forward if row.training is None else row.training for row in self.rows]
        shares = [f"{100 * one / max(sum(times), 1e-12):.0f}" for one in times]
        title = f"Costs of a batch of {self.batch_size}"
        head = f"{title:<27}{'arithmetic':>11}{'forward':>10}{'training':>10}{'%':>4}"
        lines = [f"{head}{'weights':>9}{'outputs':>9}"]
        lines += [_line(f"{row.name} ({row.kind})", row, share) for row, share in zip(self.rows, shares, strict=True)]
        return "\n".join([*lines, _line("the model as one program", self.whole, "")])


def _line(name: str, row: LayerCost, share: str) -> str:
    times = f"{_count(row.arithmetic):>11}{_duration(row.forward):>10}{_duration(row.training):>10}{share:>4}"
    sizes = _size(row.weight_bytes), _size(row.output_bytes)
    shown = name if len(name) <= 27 else name[:26] + "…"
    return f"{shown:<27}{times}{sizes[0]:>9}{sizes[1]:>9}"


def _count(number: int | None) -> str:
    if number is None:
        return "-"
    if number < 1000:
        return str(number)
    scaled = [(number / 1e3, "k"), (number / 1e6, "M"), (number / 1e9, "G"), (number / 1e12, "T")]
    size, unit = next((pair for pair in scaled if pair[0] < 999.5), scaled[-1])
    return f"{size:.3g} {unit}"


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "-"
    return f"{seconds * 1000:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _size(size: float) -> str:
    if size < 1000:
        return f"{size} B"
    units = [(size / 1024, "KiB"), (size / 1024**2, "MiB"), (size / 1024**3, "GiB")]
    number, unit = next((pair for pair in units if pair[0] < 1000), units[-1])
    return f"{number:.3g} {unit}"


def profile_model(state: TrainingState, programs: Programs, x: TensorTree, steps: int) -> ModelProfile:
    """See `Model.profile`.

    Args:
        state: the state of a model that is built.
        programs: the model's programs, which know its variables.
        x: one batch of inputs, nested arrays.
        steps: how often each is run.
    """
    model = state.model
    symbols = tree.map_structure(lambda a: None if a is None else KerasTensor(tuple(a.shape), dtype_name(a)), x)
    inputs, values = ([one for one in tree.flatten(part) if one is not None] for part in (symbols, x))
    known = {id(symbol): value for symbol, value in zip(inputs, values, strict=True)}
    with unchanged_variables(), CallContext(training=False):
        outputs = model.call(symbols)
    flat = [one for one in tree.flatten(outputs) if isinstance(one, KerasTensor)]
    clock = _Clock(state, programs.variables, known, steps)
    with variables_kept(programs.variables()):
        rows = [
            clock.cost(_name(node), node.operation, node.args, node.kwargs, node.flat_outputs)
            for node in nodes_behind(inputs, flat)[0]
        ]
        whole = clock.cost(model.name, model, (symbols,), {}, flat)
    return ModelProfile(rows, whole, int(values[0].shape[0]))


def _name(node: Node) -> str:
    operation = node.operation
    return str(operation.name if isinstance(operation, Layer) else operation.__name__)


class _Clock:
    """Measures calls as programs of their own, less what calling a program costs.

    Args:
        state: the state of the model's training.
        variables: gives what calls may write.
        known: values of symbolic tensors, by their ids; others are drawn, since only their shapes matter.
        steps: how often each call is run.
    """

    def __init__(
        self, state: TrainingState, variables: Callable[[], list[Variable]], known: dict[int, Any], steps: int
    ) -> None:
        self._backend = state.model.backend
        self._jit = state.jit
        self._variables = variables
        self._known = known
        self._steps = steps
        self._trains = "train" in self._backend.capabilities
        self._idle = self._seconds(lambda x: ops.sum(x), [self._backend.tensor(np.zeros(1, "float32"))])

    def cost(
        self,
        name: str,
        operation: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        outputs: Sequence[KerasTensor],
    ) -> LayerCost:
        """What a call with such arguments costs."""
        named = {key: value for key, value in kwargs.items() if key != "training"}
        leaves = tree.flatten((args, named))
        places = [index for index, leaf in enumerate(leaves) if isinstance(leaf, KerasTensor)]
        tensors = [self._backend.tensor(self._value(leaves[index])) for index in places]
        weights = list(operation.variables) if isinstance(operation, Layer) else []

        def called(given: Sequence[Any], training: bool) -> list[Any]:
            filled = list(leaves)
            for index, tensor in zip(places, given, strict=True):
                filled[index] = tensor
            positional, by_name = tree.pack_sequence_as((args, named), filled)
            with CallContext(training=training):
                found = operation(*positional, **by_name)
            return [one for one in tree.flatten(found) if one is not None]

        def call(*given: Any, training: bool) -> Any:
            squares = [ops.square(ops.cast(one, "float32")) for one in called(given, training)]
            return ops.sum(ops.stack([ops.sum(one) for one in squares]))

        def differentiated(*given: Any) -> Any:
            floats = [index for index, one in enumerate(given) if dtypes.is_float(self._backend.dtype(one))]

            def forward(*some: Any) -> Any:
                changed = list(given)
                for index, one in zip(floats, some, strict=True):
                    changed[index] = one
                return call(*changed, training=True)

            trained = [one for one in weights if one.trainable]
            _, found = gradients(forward, [*(given[index] for index in floats), *trained])
            parts = [ops.sum(ops.cast(one, "float32")) for one in found if one is not None]
            return ops.sum(ops.stack(parts)) if parts else forward(*(given[index] for index in floats))

        forward_seconds = self._seconds(lambda *given: call(*given, training=False), tensors)
        training_seconds = self._seconds(differentiated, tensors) if self._trains else None
        return LayerCost(
            name=name,
            kind=type(operation).__name__ if isinstance(operation, Layer) else "op",
            arithmetic=_arithmetic(lambda *given: called(given, training=False), tensors),
            forward=max(forward_seconds - self._idle, 0.0),
            training=None if training_seconds is None else max(training_seconds - self._idle, 0.0),
            parameters=sum(int(np.prod(one.shape)) for one in weights),
            weight_bytes=sum(_bytes(one.shape, one.dtype) for one in weights),
            output_bytes=sum(_bytes(one.shape, one.dtype) for one in outputs),
        )

    def _value(self, symbol: KerasTensor) -> Any:
        if id(symbol) in self._known:
            return self._known[id(symbol)]
        shape = [1 if size is None else size for size in symbol.shape]
        if not dtypes.is_float(symbol.dtype):
            return np.zeros(shape, symbol.dtype)
        return np.random.default_rng(0).normal(size=shape).astype("float32")

    def _seconds(self, fn: Callable[..., Any], tensors: list[Any]) -> float:
        program = Staged(fn, self._variables, self._backend, self._jit)
        times = []
        for _ in range(1 + self._steps):
            started = time.perf_counter()
            self._backend.numpy(program(*tensors))
            times.append(time.perf_counter() - started)
        return min(times[1:])  # what other programs do on the machine only adds


def _arithmetic(fn: Callable[..., Any], tensors: list[Any]) -> int | None:
    from keras_core.op_graph.export import export_graph

    try:
        return export_graph(fn, tensors).arithmetic()
    except Exception:  # of whatever framework, which was given values of a graph
        return None


def _bytes(shape: Sequence[int | None], dtype: str) -> int:
    return int(np.prod([1 if size is None else size for size in shape])) * dtypes.itemsize(dtype)
