"""Layers that run models as parts of a program: in a branch, or in each step of a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import KerasTensor, Layer, layers, ops
from keras_core.graph import any_symbolic

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import Tensor


class _RunsModels(Layer):
    """Base of layers whose arguments are models.

    Args:
        models: the name of an argument → the model.
        **kwargs: those of `Layer`.

    Raises:
        ValueError: for what is no model.
    """

    def __init__(self, models: dict[str, Layer], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, model in models.items():
            if not isinstance(model, Layer) or not hasattr(model, "outputs"):
                raise ValueError(f"{type(self).__name__} takes models of symbolic tensors, got {name}={model!r:.100}.")
        self._names = list(models)
        self.autocast = False

    def get_config(self) -> dict[str, Any]:
        """The arguments, for saving."""
        own = {name: layers.serialize(getattr(self, name)) for name in self._names}
        return {**super().get_config(), **own}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        """The layer of a config.

        Args:
            config: what `get_config` gave.
            custom_objects: name → class. Defaults to None.
        """
        made = {
            name: layers.deserialize(value, custom_objects=custom_objects) if isinstance(value, dict) else value
            for name, value in config.items()
            if name in ("body", "then", "otherwise")
        }
        return super().from_config({**config, **made})


class Cond(_RunsModels):
    """One of two models' outputs, by a condition that is a tensor.

    Args:
        then: the model for where it is true. It takes and gives lists of tensors.
        otherwise: that for where it is false, whose outputs have the ranks and dtypes of those of `then`.
        **kwargs: those of `Layer`.

    Input shape: a list: the condition, a bool of shape (), the inputs of `then` and those of `otherwise`.

    Output shape: a list, as of the models; None for an axis that they have of different length.

    Raises:
        ValueError: for what are no models, and those whose outputs differ.

    Example:
        >>> import keras_core
        >>> from keras_core import ops
        >>> from keras_export import Cond
        >>> x = keras_core.Input((3,))
        >>> double, negative = (keras_core.Model([x], [y]) for y in (x * 2, -x))
        >>> Cond(double, negative)([ops.sum(x) > 0, x, x])[0].shape
        (None, 3)
    """

    def __init__(self, then: Layer, otherwise: Layer, **kwargs: Any) -> None:
        super().__init__({"then": then, "otherwise": otherwise}, **kwargs)
        pairs = zip(then.outputs, otherwise.outputs, strict=False)
        if len(then.outputs) != len(otherwise.outputs) or not all(
            a.dtype == b.dtype and len(a.shape) == len(b.shape) for a, b in pairs
        ):
            described = [[(one.shape, one.dtype) for one in model.outputs] for model in (then, otherwise)]
            raise ValueError(f"Cond got models that give {described[0]} and {described[1]}: ranks or dtypes differ.")
        self.then = then
        self.otherwise = otherwise

    def call(self, inputs: Sequence[Tensor]) -> list[Tensor]:
        """What one of the models gives.

        Args:
            inputs: the condition, and what both take.
        """
        if any_symbolic(inputs):
            return self.compute_output_spec(inputs)
        condition, *given = inputs
        count = len(self.then.inputs)
        return list(
            ops.cond(
                condition,
                lambda *tensors: list(self.then(list(tensors[:count]))),
                lambda *tensors: list(self.otherwise(list(tensors[count:]))),
                *given,
            )
        )

    def compute_output_spec(self, inputs: Sequence[Tensor]) -> list[Tensor]:
        """The outputs of both, with None for sizes that differ.

        Args:
            inputs: not looked at.
        """
        del inputs
        return [
            KerasTensor(tuple(m if m == n else None for m, n in zip(a.shape, b.shape, strict=True)), a.dtype)
            for a, b in zip(self.then.outputs, self.otherwise.outputs, strict=True)
        ]


class Scan(_RunsModels):
    """A model in each step along the first axis of tensors, with states that go from step to step.

    Args:
        body: the model. It takes a list of the states, a row of each tensor and what is the same in all steps, and
            gives a list of the new states and rows.
        states: how many states there are.
        rows: how many tensors it goes along.
        reverse: whether it begins with the last row; the rows that it gives keep the order. Defaults to False.
        **kwargs: those of `Layer`.

    Input shape: a list: the first states, the tensors that it goes along, and what is the same in all steps.

    Output shape: a list: the last states, as the first, and the rows of all steps, along a new first axis.

    Raises:
        ValueError: for what is no model, and no tensor to go along.

    Example:
        >>> import keras_core
        >>> from keras_export import Scan
        >>> total, row = keras_core.Input((3,)), keras_core.Input((3,))
        >>> body = keras_core.Model([total, row], [total + row, total * row])
        >>> xs = keras_core.Input(batch_shape=(5, None, 3))
        >>> [one.shape for one in Scan(body, states=1, rows=1)([total, xs])]
        [(None, 3), (5, None, 3)]
    """

    def __init__(self, body: Layer, states: int, rows: int, reverse: bool = False, **kwargs: Any) -> None:
        super().__init__({"body": body}, **kwargs)
        if rows < 1:
            raise ValueError(f"Scan got rows={rows}, expected at least one tensor to go along.")
        self.body = body
        self.states = int(states)
        self.rows = int(rows)
        self.reverse = bool(reverse)

    def call(self, inputs: Sequence[Tensor]) -> list[Tensor]:
        """The last states, and the rows of all steps.

        Args:
            inputs: the first states, the tensors that it goes along, and what is the same in all steps.
        """
        count = self.states
        same = list(inputs[count + self.rows :])

        def step(states: list[Tensor], rows: list[Tensor]) -> tuple[list[Tensor], list[Tensor]]:
            found = list(self.body([*states, *rows, *same]))
            return found[:count], found[count:]

        states, rows = ops.scan(
            step, list(inputs[:count]), list(inputs[count : count + self.rows]), reverse=self.reverse
        )
        return [*states, *rows]

    def get_config(self) -> dict[str, Any]:
        """The arguments, for saving."""
        return {**super().get_config(), "states": self.states, "rows": self.rows, "reverse": self.reverse}


class WhileLoop(_RunsModels):
    """A model that runs again while it says so.

    Args:
        body: the model. It takes a list of the number of the step, which is int64, the states and what is the same in
            all steps, and gives a list of a bool, whether there is another step, and the new states.
        states: how many states there are.
        **kwargs: those of `Layer`.

    Input shape: a list: a bool of shape (), whether there is a first step, the first states, and what is the same in
        all steps.

    Output shape: a list of the last states, as the first.

    Raises:
        ValueError: for what is no model.

    Example:
        >>> import keras_core
        >>> from keras_core import ops
        >>> from keras_export import WhileLoop
        >>> number, x = keras_core.Input(batch_shape=(), dtype="int64"), keras_core.Input((3,))
        >>> body = keras_core.Model([number, x], [ops.sum(x) < 100, x * 2])
        >>> WhileLoop(body, states=1)([ops.sum(x) < 100, x])[0].shape
        (None, 3)
    """

    def __init__(self, body: Layer, states: int, **kwargs: Any) -> None:
        super().__init__({"body": body}, **kwargs)
        self.body = body
        self.states = int(states)

    def call(self, inputs: Sequence[Tensor]) -> list[Tensor]:
        """The last states.

        Args:
            inputs: whether there is a first step, the first states, and what is the same in all steps.
        """
        first, *given = inputs
        same = given[self.states :]

        def step(_: Tensor, number: Tensor, *states: Tensor) -> list[Tensor]:
            go_on, *new = self.body([number, *states, *same])
            return [go_on, ops.add(number, 1), *new]

        number = ops.zeros((), "int64")
        return list(ops.while_loop(lambda go_on, *_: go_on, step, [first, number, *given[: self.states]]))[2:]

    def get_config(self) -> dict[str, Any]:
        """The arguments, for saving."""
        return {**super().get_config(), "states": self.states}
