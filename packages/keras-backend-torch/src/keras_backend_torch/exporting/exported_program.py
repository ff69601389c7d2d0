"""`torch.export.ExportedProgram`s: graphs of ATen's operators with their weights, in `.pt2` files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.backend import use_backend
from keras_core.exporting import ExportError
from keras_core.op_graph import evaluate
from keras_core.ops import convert_to_numpy

from keras_backend_torch.framework import torch, torch_dtype
from keras_backend_torch.ops import OPS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from keras_core.exporting import Endpoint, Program
    from keras_core.op_graph import OpGraph
    from keras_core.typing import Tensor


class Recorded(torch.nn.Module):
    """A graph of ops as a module, whose buffers and parameters are the variables.

    Args:
        graph: the graph.
    """

    def __init__(self, graph: OpGraph) -> None:
        super().__init__()
        self._graph = [graph]  # not a module's own attribute
        self._names: list[str] = []
        for variable in graph.reads:
            name = variable.path.replace("/", "_").replace(".", "_")
            while hasattr(self, name):
                name += "_"
            value = torch.as_tensor(np.array(convert_to_numpy(variable.value)))
            if variable.trainable and value.is_floating_point():
                self.register_parameter(name, torch.nn.Parameter(value, requires_grad=False))
            else:
                self.register_buffer(name, value)
            self._names.append(name)

    def forward(self, *tensors: Tensor) -> tuple[Tensor, ...]:
        """What the graph gives.

        Args:
            *tensors: its inputs.
        """
        (graph,) = self._graph
        known = dict(zip(graph.reads.values(), (getattr(self, name) for name in self._names), strict=True))
        with use_backend("torch"):
            return tuple(evaluate(graph, tensors, known, lambda x, axis: x.shape[axis], _tensor_of))


def _tensor_of(length: Any, dtype: str) -> Tensor:
    return torch.scalar_tensor(length, dtype=torch_dtype(dtype))


def write(program: Program, path: Path) -> None:
    """Write a program to a `.pt2` file, which `torch.export.load` loads.

    Args:
        program: of one function.
        path: the file.

    Raises:
        ExportError: for one that assigns variables, and where PyTorch cannot trace it for axes of any length.
    """
    endpoint = program.only("torch")
    graph = endpoint.record_stateless(OPS.keys(), "an ExportedProgram")
    arrays = endpoint.samples()
    sizes = [
        {axis: torch.export.Dim.DYNAMIC for axis, n in enumerate(value.shape) if n is None} for value in graph.inputs
    ]
    given = tuple(torch.as_tensor(one) for one in arrays)
    try:
        with torch.no_grad():
            exported = torch.export.export(Recorded(graph).eval(), given, dynamic_shapes=(tuple(sizes),), strict=False)
    except Exception as error:
        raise ExportError(
            f"'{program.name}' cannot be traced by torch.export for axes of any length: give input_signature= with "
            f"sizes that are known. {type(error).__name__}: {error}"
        ) from error
    with open(path, "wb") as file:
        torch.export.save(exported, file)


def runner(path: Path, endpoint: Endpoint) -> Callable[[Sequence[np.ndarray]], list[np.ndarray]]:
    """What runs a `.pt2` file on arrays.

    Args:
        path: the file.
        endpoint: its function.
    """
    del endpoint
    with open(path, "rb") as file:
        module = torch.export.load(file).module()

    def run(arrays: Sequence[np.ndarray]) -> list[Any]:
        with torch.no_grad():
            return [one.numpy() for one in module(*(torch.as_tensor(one) for one in arrays))]

    return run
