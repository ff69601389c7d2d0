"""A PyTensor linker for the generated NumPy code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pytensor.link.basic import JITLinker

from keras_backend_theano.compiler.codegen import python_function

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytensor.graph.basic import Variable
    from pytensor.graph.fg import FunctionGraph


class NumpyLinker(JITLinker):
    """Runs graphs as straight-line NumPy code: no compilation, about a microsecond per node.

    Each value is dropped after its last use. The function itself is stateless, so threads may share it.
    """

    incompatible_rewrites = ("cxx_only", "BlasOpt", "fusion", "inplace", "numba_only")

    def fgraph_convert(self, fgraph: FunctionGraph, **kwargs: Any) -> Callable[..., list[Any]]:
        self.function = python_function(fgraph)
        return self.function

    def jit_compile(self, fn: Callable[..., Any]) -> Callable[..., Any]:
        return fn

    def create_thunk_inputs(self, storage_map: dict[Variable, list[Any]]) -> list[Any]:
        return [storage_map[value] for value in self.fgraph.inputs]
