"""MultiOptimizer: another optimizer for each part of a model."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from keras_core.optimizers import Optimizer
from keras_core.saving import deserialize_keras_object, serialize_keras_object

from keras_optimizers.optimizer_map import OptimizerMap

if TYPE_CHECKING:
    from keras_core import Variable
    from keras_core.typing import Tensor


class _Part(NamedTuple):
    """Variables that one optimizer trains, with its slots for them."""

    optimizer: Optimizer
    owner: object
    slots: Any
    variables: list[Variable]


class MultiOptimizer(Optimizer):
    """Lets each variable be trained by the optimizer that was chosen for it.

    The optimizers keep their own learning rates, counters, clipping and averages; there is no `learning_rate` of all.
    See `optimizers`.

    Args:
        optimizer_map: an `OptimizerMap`, or a function that gives the optimizer of a variable.
        loss_scale_factor: by what `scale_loss` multiplies the loss; `apply` divides the gradients by it. Defaults to
            None.
        name: name of the optimizer. Defaults to None.

    Raises:
        TypeError: for another kind of map.
        ValueError: if one of the optimizers scales the loss itself.

    Example:
        >>> from keras_core import Variable
        >>> from keras_optimizers import SGD, MultiOptimizer, OptimizerMap
        >>> body, head = Variable([1.0], name="body"), Variable([1.0], name="head")
        >>> optimizer = MultiOptimizer(OptimizerMap(SGD(0.1), {"head": SGD(0.5)}))
        >>> optimizer.apply([[1.0], [1.0]], [body, head])
        >>> [round(float(w.numpy()[0]), 4) for w in (body, head)]
        [0.9, 0.5]
    """

    def __init__(
        self,
        optimizer_map: OptimizerMap | Callable[[Variable], Optimizer],
        loss_scale_factor: float | None = None,
        name: str | None = None,
    ) -> None:
        if not callable(optimizer_map):
            raise TypeError(
                "MultiOptimizer: optimizer_map must be an OptimizerMap or a function of a variable, "
                f"got {optimizer_map!r}."
            )
        super().__init__(0.0, loss_scale_factor=loss_scale_factor, name=name)
        self.optimizer_map = optimizer_map
        self._parts: list[_Part] = []
        for optimizer in self.optimizers:
            self._check(optimizer)

    @property
    def optimizers(self) -> list[Optimizer]:
        """All optimizers, each once; where a function chooses them, those that it has chosen so far."""
        if isinstance(self.optimizer_map, OptimizerMap):
            return self.optimizer_map.optimizers
        return [part.optimizer for part in self._parts]

    @property
    def learning_rate(self) -> Tensor:
        """None of its own: each of `optimizers` has one."""
        raise AttributeError(
            f"MultiOptimizer '{self.name}' has no learning rate of its own: use those of its optimizers, such as "
            "optimizer.optimizers[0].learning_rate."
        )

    @learning_rate.setter
    def learning_rate(self, rate: Any) -> None:
        raise AttributeError(
            f"MultiOptimizer '{self.name}' has no learning rate of its own: set those of its optimizers, such as "
            "optimizer.optimizers[0].learning_rate."
        )

    @property
    def variables(self) -> list[Variable]:
        """The step counter, then the state of each optimizer."""
        return [self._iterations, *(v for optimizer in self.optimizers for v in optimizer.variables)]

    def variables_before_build(self) -> list[Variable]:
        """The state that is there before `build`."""
        return [self._iterations, *(v for one in self.optimizers for v in one.variables_before_build())]

    def make_slots(self, variables: list[Variable]) -> None:
        """Build each optimizer for its variables."""
        chosen: dict[int, tuple[Optimizer, list[Variable]]] = {}
        for variable in variables:
            optimizer = self.optimizer_map(variable)
            if not isinstance(optimizer, Optimizer):
                raise TypeError(
                    f"MultiOptimizer '{self.name}': optimizer_map gave {optimizer!r} for variable '{variable.path}', "
                    "expected an Optimizer."
                )
            self._check(optimizer)
            chosen.setdefault(id(optimizer), (optimizer, []))[1].append(variable)
        for optimizer, own in chosen.values():
            owner = object()
            self._parts.append(_Part(optimizer, owner, optimizer.slots_of(owner, own), own))

    def _check(self, optimizer: Optimizer) -> None:
        if optimizer.loss_scale_factor is not None:
            raise ValueError(
                f"MultiOptimizer '{self.name}': optimizer '{optimizer.name}' has a loss_scale_factor. Give it to "
                "MultiOptimizer instead, since the loss is scaled once for all."
            )

    def select_slots(self, slots: Any, owner: Any) -> None:
        """Select them in the optimizers, too, which others may share."""
        super().select_slots(slots, owner)
        for part in self._parts:
            part.optimizer.select_slots(part.slots, part.owner)

    def _step(self, gradients: list[Tensor], variables: list[Variable]) -> None:
        by_variable = dict(zip(variables, gradients, strict=True))
        for part in self._parts:
            own = [variable for variable in part.variables if variable in by_variable]
            if own:
                part.optimizer.apply([by_variable[variable] for variable in own], own)

    def exclude_from_weight_decay(
        self, var_list: Iterable[Variable] | None = None, var_names: Iterable[str] | None = None
    ) -> None:
        """Name variables that no optimizer's weight decay shrinks; call it before `build`."""
        variables, names = list(var_list or ()), list(var_names or ())
        for optimizer in self.optimizers:
            optimizer.exclude_from_weight_decay(variables, names)

    def finalize_variable_values(self, var_list: Iterable[Variable]) -> None:
        """Give variables the values of the moving averages that their optimizers keep."""
        wanted = set(var_list)
        for part in self._parts:
            part.optimizer.finalize_variable_values([variable for variable in part.variables if variable in wanted])

    @property
    def swaps_weights(self) -> bool:
        """That of the optimizers."""
        return any(part.optimizer.swaps_weights for part in self._parts)

    @property
    def holds_averages(self) -> bool:
        """That of the optimizers."""
        return any(part.optimizer.holds_averages for part in self._parts)

    @holds_averages.setter
    def holds_averages(self, value: bool) -> None:
        for part in self._parts:
            part.optimizer.holds_averages = value

    def swap_to_train(self) -> None:
        """That of the optimizers."""
        for part in self._parts:
            part.optimizer.swap_to_train()

    def swap_to_eval(self) -> None:
        """That of the optimizers."""
        for part in self._parts:
            part.optimizer.swap_to_eval()

    def get_config(self) -> dict[str, Any]:
        """The arguments that make an equal optimizer, without its state."""
        chosen: Any = self.optimizer_map
        if isinstance(chosen, OptimizerMap):
            chosen = {
                "module": "keras.optimizers",
                "class_name": type(chosen).__name__,
                "config": chosen.get_config(),
                "registered_name": None,
            }
        else:
            chosen = serialize_keras_object(chosen)
        return {"name": self.name, "loss_scale_factor": self.loss_scale_factor, "optimizer_map": chosen}

    @classmethod
    def from_config(cls, config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Self:
        """The optimizer whose `get_config` gave `config`."""
        chosen = config["optimizer_map"]
        if isinstance(chosen, Mapping) and chosen.get("class_name") == OptimizerMap.__name__:
            chosen = OptimizerMap.from_config(chosen["config"], custom_objects)
        elif isinstance(chosen, Mapping):
            chosen = deserialize_keras_object(chosen, custom_objects=custom_objects)
        return cls(**{**config, "optimizer_map": chosen})
