"""JaxLayer: functions of JAX as a layer."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from keras_core import Layer, initializers, random

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from keras_core import Variable
    from keras_core.typing import Shape, ShapeTree, TensorTree

_CALL = ("params", "state", "rng", "inputs", "training")


class JaxLayer(Layer):
    """A function of JAX, and the tree of arrays that it takes as parameters, as a layer.

    A file of a model holds the weights, and not the functions: to load it, derive a class whose ``__init__`` names them
    and register it.

    Args:
        call_fn: function of ``params``, optionally ``state``, ``rng`` and ``training``, and ``inputs``, by these names
            in any order. It returns the outputs, or ``(outputs, state)`` where it takes a state.
        init_fn: function of ``rng`` and ``inputs``, and optionally ``training``, that returns the parameters, or
            ``(params, state)``; for a layer without `params`. Defaults to None.
        params: tree of arrays to begin with. Defaults to None.
        state: tree of arrays that are not trained. Defaults to None.
        seed: integer or `SeedGenerator` for the keys that both functions get. Defaults to None.
        native_serialization_platforms: accepted for Keras 3, which runs JAX inside TensorFlow for them; this layer runs
            on JAX alone. Defaults to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: a tensor or nested tensors.
        training: whether the layer trains.

    Input shape:
        Any that the function takes.

    Output shape:
        What the function gives.

    Raises:
        ValueError: if another backend than JAX is active, `call_fn` takes other arguments, or neither `init_fn` nor
            `params` is given.

    Example:
        >>> import keras
        >>> import numpy as np
        >>> def scale(params, inputs):
        ...     return inputs * params["factor"]
        >>> if keras.backend.backend() == "jax":
        ...     layer = keras.layers.JaxLayer(scale, params={"factor": np.ones(2, "float32")})
        ...     assert layer(np.ones((1, 2), "float32")).shape == (1, 2) and len(layer.trainable_weights) == 1
    """

    def __init__(
        self,
        call_fn: Callable[..., Any],
        init_fn: Callable[..., Any] | None = None,
        params: Any = None,
        state: Any = None,
        seed: int | random.SeedGenerator | None = None,
        native_serialization_platforms: Sequence[str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if self.backend_name != "jax":
            raise ValueError(
                f"{type(self).__name__} runs on JAX, and the active backend is {self.backend_name!r}. "
                "Set KERAS_BACKEND=jax, or make the layer within keras.use_backend('jax')."
            )
        if init_fn is None and params is None:
            raise ValueError(f"{type(self).__name__} {self.name!r} needs params, or an init_fn that makes them.")
        self.call_fn, self.init_fn = call_fn, init_fn
        self._takes = list(inspect.signature(call_fn).parameters)
        unknown = [name for name in self._takes if name not in _CALL]
        if unknown or not {"params", "inputs"}.issubset(self._takes):
            raise ValueError(
                f"{type(self).__name__} {self.name!r}: call_fn must take params and inputs, and may take state, rng "
                f"and training, by these names; it takes {', '.join(self._takes)}."
            )
        self.seed_generator = seed if isinstance(seed, random.SeedGenerator) else random.SeedGenerator(seed)
        self._structures: dict[str, Any] = {}
        self._params: list[Variable] = []
        self._state: list[Variable] = []
        if params is not None:
            self._make(params, state)
            self.built = True

    def _make(self, params: Any, state: Any) -> None:
        """Make a weight of each array, and keep how they were nested."""
        self._params = self._variables("params", params, True)
        self._state = self._variables("state", state, False)

    def _variables(self, what: str, values: Any, trainable: bool) -> list[Variable]:
        leaves, self._structures[what] = jax.tree_util.tree_flatten_with_path(values)
        found = []
        for path, leaf in leaves:
            array = np.asarray(jax.numpy.asarray(leaf))  # in the dtype that JAX makes of Python's numbers
            found.append(
                self.add_weight(
                    shape=array.shape,
                    initializer=initializers.Constant(array),
                    dtype=str(array.dtype),
                    trainable=trainable and array.dtype.kind not in "biu",
                    name=jax.tree_util.keystr(path, simple=True, separator="_") or what,
                )
            )
        return found

    def build(self, input_shape: ShapeTree) -> None:
        assert self.init_fn is not None

        def zeros(shape: Any) -> Any:
            return jax.numpy.zeros(tuple(1 if size is None else size for size in shape), self.compute_dtype)

        given = {"rng": self.seed_generator.next(), "inputs": _of_shapes(zeros, input_shape), "training": True}
        taken = inspect.signature(self.init_fn).parameters
        made = self.init_fn(**{name: value for name, value in given.items() if name in taken})
        self._make(*made if "state" in self._takes else (made, None))

    def call(self, inputs: TensorTree, training: bool | None = None) -> TensorTree:
        values: Mapping[str, Any] = {
            "params": self._tree("params", self._params),
            "state": self._tree("state", self._state),
            "inputs": inputs,
            "training": bool(training),
        }
        given = {name: values[name] for name in self._takes if name != "rng"}
        if "rng" in self._takes:
            given["rng"] = self.seed_generator.next()
        outputs = self.call_fn(**given)
        if "state" not in self._takes:
            return outputs
        outputs, state = outputs
        for variable, value in zip(self._state, jax.tree_util.tree_leaves(state), strict=True):
            variable.assign(value)
        return outputs

    def _tree(self, what: str, variables: list[Variable]) -> Any:
        return jax.tree_util.tree_unflatten(self._structures[what], [variable.value for variable in variables])


def _of_shapes(make: Callable[[Shape], Any], shapes: Any) -> Any:
    """An array for each shape, nested alike."""
    if isinstance(shapes, dict):
        return {name: _of_shapes(make, one) for name, one in shapes.items()}
    if isinstance(shapes, (list, tuple)) and shapes and isinstance(shapes[0], (list, tuple, dict)):
        return [_of_shapes(make, one) for one in shapes]
    return make(shapes)
