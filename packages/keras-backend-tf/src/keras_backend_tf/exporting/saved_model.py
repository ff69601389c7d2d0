"""SavedModels: functions of TensorFlow with their variables in a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import tree
from keras_core.backend import use_backend
from keras_core.op_graph import evaluate

from keras_backend_tf.framework import tf
from keras_backend_tf.ops import OPS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    import numpy as np
    from keras_core.exporting import Endpoint, Program
    from keras_core.typing import Tensor, TensorTree

_OPS = OPS.keys() - {"int8_matmul"}
"""All but the one that XLA compiles, which not every program can that reads a SavedModel, nor LiteRT's converter."""


class Functions:
    """The functions of a program as TensorFlow's, and the variables that they share.

    Args:
        program: the program.

    Attributes:
        module: what TensorFlow saves.
        signatures: functions of tensors by name, by the names of the endpoints.
    """

    def __init__(self, program: Program) -> None:
        self.module = tf.Module(name=program.name)
        self.signatures: dict[str, Any] = {}
        self._own: dict[Any, Any] = {}
        for endpoint in program.endpoints.values():
            setattr(self.module, endpoint.name, self._function(endpoint))
        self.module.all_variables = list(self._own.values())
        for name, variables in program.collections.items():
            setattr(self.module, name, [self._variable(variable) for variable in variables])

    def _variable(self, variable: Any) -> Any:
        if variable not in self._own:
            self._own[variable] = tf.Variable(variable.numpy(), trainable=variable.trainable, name=variable.name)
        return self._own[variable]

    def _function(self, endpoint: Endpoint) -> Any:
        graph = endpoint.record(_OPS)
        variables = {value: self._variable(variable) for variable, value in graph.reads.items()}
        written = [self._variable(variable) for variable in graph.writes]

        def call(tensors: Sequence[Tensor]) -> Sequence[Tensor]:
            with use_backend("tensorflow"):
                results = evaluate(graph, tensors, {value: one.read_value() for value, one in variables.items()})
            for variable, value in zip(written, results[len(graph.outputs) :], strict=True):
                variable.assign(value)
            return results[: len(graph.outputs)]

        def structured(*args: TensorTree) -> TensorTree:
            results = call([leaf for leaf in tree.flatten(args) if leaf is not None])
            return results if graph.pack is None else graph.pack(results)

        def by_name(**tensors: Tensor) -> dict[str, Tensor]:
            results = call([tensors[name] for name in endpoint.input_names])
            return dict(zip(endpoint.output_names, results, strict=True))

        names = dict(zip(graph.inputs, endpoint.input_names, strict=True))
        specs = {value: tf.TensorSpec(value.shape, value.dtype, name) for value, name in names.items()}
        named = {names[value]: spec for value, spec in specs.items()}
        self.signatures[endpoint.name] = tf.function(by_name, autograph=False).get_concrete_function(**named)
        takes = tree.map_structure(lambda leaf: None if leaf is None else specs[leaf], graph.takes)
        function = tf.function(structured, input_signature=takes, autograph=False)
        function.get_concrete_function()
        return function


def write(program: Program, path: Path, options: Any = None) -> None:
    """Write a program to a folder.

    Its functions have the names of their endpoints and take nested tensors as the model does; as signatures they take
    and give tensors by name, the first one under the name "serving_default", too.

    Args:
        program: the program.
        path: the folder.
        options: `tf.saved_model.SaveOptions`. Defaults to None.
    """
    functions = Functions(program)
    signatures = {"serving_default": next(iter(functions.signatures.values())), **functions.signatures}
    tf.saved_model.save(functions.module, str(path), signatures=signatures, options=options)


def runner(path: Path, endpoint: Endpoint) -> Callable[[Sequence[np.ndarray]], list[np.ndarray]]:
    """What runs a function of a SavedModel on arrays.

    Args:
        path: the folder.
        endpoint: the function.
    """
    loaded = tf.saved_model.load(str(path))
    function = loaded.signatures[endpoint.name]

    def run(arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        given = {name: tf.constant(one) for name, one in zip(endpoint.input_names, arrays, strict=True)}
        found = function(**given)
        return [found[name].numpy() for name in endpoint.output_names]

    run.loaded = loaded  # type: ignore[attr-defined]  # its variables live as long as it does
    return run
