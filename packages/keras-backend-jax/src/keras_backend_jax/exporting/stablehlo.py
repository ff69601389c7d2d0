"""Programs in StableHLO, serialized by `jax.export`: weights are constants of the program."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jax
import jax.export
import jax.numpy as jnp
import numpy as np
from keras_core import dtypes
from keras_core.backend import use_backend
from keras_core.exporting import ExportError
from keras_core.op_graph import evaluate
from keras_core.ops import convert_to_numpy

from keras_backend_jax.ops import OPS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keras_core.exporting import Endpoint, Program
    from keras_core.op_graph import GraphValue
    from keras_core.typing import Tensor

_FOR_KNOWN_SIZES = {"simple_rnn", "lstm", "gru"}  # whose own programs depend on the batch


def write(program: Program, path: Path, platforms: Sequence[str] = ("cpu", "cuda", "tpu")) -> None:
    """Write a program to a `.stablehlo` file, which `jax.export.deserialize` reads.

    Args:
        program: of one function.
        path: the file.
        platforms: what the program is to run on. Defaults to CPUs, NVIDIA's GPUs and TPUs.

    Raises:
        ExportError: for one that assigns variables, and where JAX cannot trace it for axes of any length.
        ModuleNotFoundError: without flatbuffers, by which JAX writes such files.
    """
    if find_spec("flatbuffers") is None:
        raise ModuleNotFoundError(
            "export() with format='stablehlo' needs flatbuffers, by which JAX writes such files, and it is not "
            "installed: pip install flatbuffers"
        )
    endpoint = program.only("stablehlo")
    graph = endpoint.record_stateless(OPS.keys() - _FOR_KNOWN_SIZES, "a program in StableHLO")
    known = {value: jnp.asarray(convert_to_numpy(variable.value)) for variable, value in graph.reads.items()}

    def call(*tensors: Tensor) -> list[Tensor]:
        with use_backend("jax"):
            found = evaluate(graph, tensors, known, lambda x, axis: x.shape[axis], jnp.asarray)
        return [jnp.asarray(one) for one in found]

    try:
        exported = jax.export.export(jax.jit(call), platforms=list(platforms))(*_arguments(graph.inputs))
    except Exception as error:
        raise ExportError(
            f"'{program.name}' cannot be traced by JAX for axes of any length: give input_signature= with sizes that "
            f"are known. {type(error).__name__}: {error}"
        ) from error
    Path(path).write_bytes(exported.serialize())


def _arguments(inputs: Sequence[GraphValue]) -> list[Any]:
    """What stands for the inputs: axes of unknown length have symbols, the batch the same one everywhere."""
    names = [
        [str(n) if n is not None else f"n{place}_{axis}" if axis else "batch" for axis, n in enumerate(one.shape)]
        for place, one in enumerate(inputs)
    ]
    scope = jax.export.SymbolicScope()
    return [
        jax.ShapeDtypeStruct(
            jax.export.symbolic_shape(", ".join(row), scope=scope) if row else (), dtypes.numpy_dtype(one.dtype)
        )
        for one, row in zip(inputs, names, strict=True)
    ]


def runner(path: Path, endpoint: Endpoint) -> Callable[[Sequence[np.ndarray]], list[np.ndarray]]:
    """What runs a `.stablehlo` file on arrays.

    Args:
        path: the file.
        endpoint: its function.
    """
    del endpoint
    exported = jax.export.deserialize(bytearray(Path(path).read_bytes()))
    return lambda arrays: [np.asarray(one) for one in exported.call(*arrays)]
