"""What a model or a function computes, as a graph of ops."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from keras_core import tree
from keras_core.backend import discovery
from keras_core.graph.keras_tensor import KerasTensor
from keras_core.graph.spec import Spec
from keras_core.layers.call_context import CallContext
from keras_core.layers.layer import Layer
from keras_core.op_graph.graph import OpGraph
from keras_core.op_graph.nodes import GraphValue
from keras_core.op_graph.recorder import Recorder
from keras_core.ops.properties import dtype_of, shape_of
from keras_core.staging.staged import flatten_results
from keras_core.staging.trace import Trace, outside_traces

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from keras_core.backend.protocol import Backend, VariableLike
    from keras_core.typing import TensorTree


def export_graph(
    target: Callable[..., TensorTree],
    inputs: TensorTree = None,
    *,
    training: bool = False,
    whole: Collection[str] | bool = (),
    variables: Iterable[VariableLike] | None = None,
    capabilities: Collection[str] = (),
) -> OpGraph:
    """What a model, layer or function computes, as a graph of ops of the table.

    It is recorded, not computed: no framework is loaded, and no variable changes. What the program reads of variables
    are inputs of the graph, and what it assigns are outputs; random numbers come of the state of their generators,
    which is a variable. Loops and branches are nodes with graphs inside, and so are gradients, in a step of training.

    Args:
        target: a `Model`, another `Layer` or `Function`, or a function of tensors, which may read and assign variables.
        inputs: its arguments, a list or tuple with one entry for each, nested as it takes them: Specs, KerasTensors, or
            values for their shapes and dtypes. Those of a functional or Sequential model are known. Defaults to None.
        training: what layers are told, where `target` is a layer. Defaults to False.
        whole: names of derived ops that are to be nodes of their own, such as "softmax"; True for all. The others are
            composed of primitives. Defaults to ().
        variables: those that may be assigned; None for all. Defaults to None.
        capabilities: "static-shapes", for programs that are written for one shape. Defaults to ().

    Raises:
        ValueError: if `inputs` are missing, or a variable is assigned that is not among `variables`.
        TypeError: if `target` asks a tensor for its value.

    Example:
        >>> from keras_core import Spec, export_graph, ops
        >>> graph = export_graph(lambda x: ops.exp(x) + 1, [Spec((None, 2))])
        >>> print(graph)
        graph(%0: float32[?, 2]):
          %1: float32[?, 2] = exp(x=%0)
          %2: float32[?, 2] = add(x1=%1, x2=1.0)
          return %2
    """
    arguments = _arguments(target, inputs)
    recorder = Recorder(whole, capabilities)
    takes = tree.map_structure(_input, arguments)
    reads: dict[VariableLike, GraphValue] = {}

    def fetch(variable: VariableLike) -> GraphValue:
        reads[variable] = GraphValue(Spec(tuple(variable.shape), getattr(variable, "_dtype", variable.dtype)))
        return reads[variable]

    fn = partial(target, training=training) if isinstance(target, Layer) else target
    backend = cast("Backend", recorder)  # whatever programs ask of one
    with outside_traces(), Trace(backend, variables, fetch=fetch, whole=True) as trace, CallContext():
        outputs, pack = flatten_results(fn(*takes), backend)
    values = [leaf for leaf in tree.flatten(takes) if leaf is not None]
    return OpGraph(values, recorder.nodes, outputs, reads, dict(trace.written), pack, takes)


def _arguments(target: Any, inputs: TensorTree) -> tuple[Any, ...]:
    if inputs is None:
        known = getattr(target, "inputs_structure", None)
        if known is None and getattr(target, "inputs", None) is not None:
            known = target.input  # in the structure in which a model takes them
        if known is None:
            name = getattr(target, "name", None) or getattr(target, "__name__", repr(target))
            raise ValueError(
                f"export_graph() needs inputs for {name!r}, which does not tell them: a list with a Spec for each "
                "argument, such as [Spec((None, 10))]. Those of a functional or built Sequential model are known."
            )
        return (known[0] if isinstance(known, list) and len(known) == 1 else known,)
    if not isinstance(inputs, (list, tuple)):
        raise ValueError(f"export_graph() takes inputs as a list with an entry for each argument, got {inputs!r}.")
    return tuple(inputs)


def _input(leaf: Any) -> GraphValue | None:
    if leaf is None:
        return None
    if isinstance(leaf, (Spec, KerasTensor)):
        return GraphValue(Spec(tuple(leaf.shape), leaf.dtype))
    if not isinstance(leaf, (np.ndarray, np.generic, int, float)) and discovery.owner(leaf) is None:
        raise ValueError(
            f"export_graph() got {type(leaf).__name__} among its inputs, expected Specs, KerasTensors or values."
        )
    return GraphValue(Spec(tuple(shape_of(leaf)), dtype_of(leaf)))
