"""What an optimizer remembers: its counter, its learning rate and a few slots for each trained variable."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, overload

import numpy as np

from keras_core.backend.distribution import distributed_by, whole
from keras_core.layers.tracking import Tracked
from keras_core.saving.weight_store import fill, shape_in, sorted_names
from keras_core.staging.variable import Variable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from keras_core.backend.layouts import Layout
    from keras_core.typing import InitializerLike, WeightStore


class OptimizerState(Tracked):
    """The part of `Optimizer` that makes, lists, saves and finds its variables."""

    name: str
    built: bool
    _iterations: Variable
    _learning_rate: Any
    _slots: list[Variable]
    _positions: dict[Variable, int]
    _trainable_variables: list[Variable]
    holds_averages: Any
    iterations: Any
    swaps_weights: Any

    @property
    def variables(self) -> list[Variable]:
        """The state: the step counter, the learning rate if it is a Variable, then the slots."""
        rate = self._learning_rate
        return [self._iterations, *([rate] if isinstance(rate, Variable) else []), *self._slots]

    @property
    def trainable_variables(self) -> list[Variable]:
        """The variables that the optimizer was built for."""
        return self._trainable_variables

    @property
    def weights(self) -> list[Variable]:
        """Keras 2's name of `variables`; what its own methods assign to it is found by itself."""
        return self.variables

    @weights.setter
    def weights(self, variables: Sequence[Variable]) -> None:
        pass

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the state's values, in the order of `variables`."""
        return [variable.numpy() for variable in self.variables]

    def set_weights(self, weights: Sequence[Any]) -> None:
        """Assign the state.

        Args:
            weights: arrays in the order of `variables`, as `get_weights` returns them.

        Raises:
            ValueError: for another number of arrays, or another shape.
        """
        variables = self.variables
        if len(weights) != len(variables):
            raise ValueError(
                f"Optimizer '{self.name}' has {len(variables)} state variables ({self._listed(variables)}), "
                f"got {len(weights)} arrays." + self._build_hint()
            )
        for variable, value in zip(variables, weights, strict=True):
            if tuple(np.shape(value)) != variable.shape:
                raise ValueError(
                    f"State variable '{variable.path}' of optimizer '{self.name}' has shape {variable.shape}, "
                    f"got an array of shape {tuple(np.shape(value))}."
                )
        for variable, value in zip(variables, weights, strict=True):
            variable.assign(np.asarray(value))

    def _variables_like(self, shapes: list[tuple[int, ...]]) -> list[Variable]:
        """The variables that a file has arrays of, as far as they are needed; none where the shapes fit nothing."""
        whole, beginning = self.variables, self.variables_before_build()
        plain = [[one for one in some if one is not self._learning_rate] for some in (whole, beginning)]
        for some in (whole, beginning, *plain):
            if shapes == [one.shape for one in some]:
                return some
        unused = [one.shape for one in self._trainable_variables]
        return plain[0] if not self._slots and shapes == [(), *unused] else []

    def save_own_variables(self, store: WeightStore) -> None:
        """Put the state into `store`, a mapping, under the keys "0", "1", ..."""
        for index, variable in enumerate(self.variables):
            store[str(index)] = variable.numpy()

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Take the state from `store`, where `save_own_variables` put it, perhaps before the first step.

        Files of Keras 2 leave the learning rate out, which their config has; those of SGD always have momenta.
        """
        names = sorted_names(store)
        found = self._variables_like([shape_in(store, name) for name in names])
        if not found:
            self.set_weights([store[name] for name in names])
        for variable, name in zip(found, names, strict=False):
            fill(variable, store, name)
        if self.swaps_weights:  # files hold what is to be used
            self.holds_averages = int(self.iterations) > 0

    def variables_before_build(self) -> list[Variable]:
        """The state that is there before `build`."""
        variables = self.variables
        return variables[: len(variables) - len(self._slots)]

    def add_variable(
        self,
        shape: Sequence[int],
        initializer: InitializerLike = "zeros",
        dtype: str | None = None,
        aggregation: str = "none",
        layout: Layout | None = None,
        name: str | None = None,
    ) -> Variable:
        """Make a variable of the optimizer's state; call it in `build`."""
        variable = self._own(name or "variable", initializer, tuple(shape), dtype, layout)
        self._slots.append(variable)
        return variable

    def add_variable_from_reference(
        self, reference_variable: Variable, name: str | None = None, initializer: InitializerLike = "zeros"
    ) -> Variable:
        """Make a slot: a variable of the shape and dtype of a trained one."""
        prefix = reference_variable.path.replace("/", "_")
        slot = self.add_variable(
            reference_variable.shape,
            initializer,
            reference_variable.dtype,
            layout=reference_variable.layout,
            name=f"{prefix}_{name}" if name else prefix,
        )
        slot.lies_as = reference_variable
        return slot

    @overload
    def add_optimizer_variables(
        self, trainable_variables: Sequence[Variable], name: str, initializer: InitializerLike = "zeros"
    ) -> list[Variable]: ...
    @overload
    def add_optimizer_variables(
        self,
        trainable_variables: Sequence[Variable],
        name: list[str] | tuple[str, ...],
        initializer: InitializerLike | Sequence[InitializerLike] = "zeros",
    ) -> tuple[list[Variable], ...]: ...
    def add_optimizer_variables(
        self,
        trainable_variables: Sequence[Variable],
        name: str | list[str] | tuple[str, ...],
        initializer: Any = "zeros",
    ) -> list[Variable] | tuple[list[Variable], ...]:
        """Make one slot for each trained variable.

        Args:
            trainable_variables: the trained variables.
            name: name of the slot, or several names for as many slots for each variable.
            initializer: an initializer for each slot, or one for all.

        Returns:
            The list of slots, or for several names a tuple of lists.
        """
        if isinstance(name, str):
            return [self.add_variable_from_reference(v, name, initializer) for v in trainable_variables]
        each = initializer if isinstance(initializer, (list, tuple)) else [initializer] * len(name)
        rows = [
            [self.add_variable_from_reference(v, n, i) for n, i in zip(name, each, strict=True)]
            for v in trainable_variables
        ]
        return tuple([row[k] for row in rows] for k in range(len(name)))

    def _own(
        self, name: str, value: Any, shape: Any = None, dtype: str | None = None, layout: Layout | None = None
    ) -> Variable:
        with distributed_by(None):
            variable = Variable(value, shape=shape, dtype=dtype, trainable=False, name=name)
        variable.path = f"{self.name}/{name}"
        if self._trainable_variables:
            home = self._trainable_variables[0]
            variable.move_to(home, layout or whole(variable.ndim, home.distributed_by))
        return variable

    def _get_variable_index(self, variable: Variable) -> int:
        """Position of a trained variable in the lists of slots."""
        try:
            return self._positions[variable]
        except KeyError:
            raise ValueError(self._unknown(variable)) from None

    def _listed(self, variables: Sequence[Variable]) -> str:
        names = [variable.path for variable in variables]
        return ", ".join(names[:8]) + (f" and {len(names) - 8} more" if len(names) > 8 else "")

    def _build_hint(self) -> str:
        return "" if self.built else " It is not built yet: call build(variables), or train for one step, first."

    def _unknown(self, variable: Variable) -> str:
        return (
            f"Optimizer '{self.name}' was not built with variable '{getattr(variable, 'path', variable)}'. "
            "An optimizer serves one set of variables: compile the model again, or make a new optimizer."
        )
