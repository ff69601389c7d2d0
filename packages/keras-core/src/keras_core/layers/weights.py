"""What a layer contains: its weights, the layers in it, their metrics and random state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_core.layers.overrides import base_attributes, base_of
from keras_core.layers.tracking import Tracked, is_metric, raise_version
from keras_core.random.seed_generator import SeedGenerator
from keras_core.saving.weight_store import fill, shape_in
from keras_core.staging.variable import Variable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keras_core.typing import ArrayLike, WeightStore


class LayerWeights(Tracked):
    """The part of `Layer` that finds, counts, reads and replaces weights."""

    if TYPE_CHECKING:
        name: str

        @property
        def built(self) -> bool: ...

        _trainable: bool
        _own_trainable: list[Variable]
        _own_non_trainable: list[Variable]
        _overrides: frozenset[str]

    @property
    def _layers(self) -> list[Any]:
        """The layers directly in this one, in order of their attributes, each once."""
        found: dict[int, Any] = {}
        for _, item in self.tracked():
            if isinstance(item, LayerWeights) and item is not self:
                found[id(item)] = item
        return list(found.values())

    def flatten_layers(self, include_self: bool = True) -> Iterator[Any]:
        """This layer and the layers below it, each once, before those in it.

        Args:
            include_self: whether this layer is among them.
        """
        seen: set[int] = set()
        queue: list[Any] = [self]
        while queue:
            layer = queue.pop(0)
            if id(layer) in seen:
                continue
            seen.add(id(layer))
            if layer is not self or include_self:
                yield layer
            queue = layer._layers + queue

    _flatten_layers = flatten_layers

    def _own_variables(self) -> list[Variable]:
        """Weights of this layer itself: made by add_weight, or assigned as Variables.

        A weight that was trainable when it was made stays before the others, so that freezing one moves none in files.
        """
        made = {id(v) for v in (*self._own_trainable, *self._own_non_trainable)}
        assigned: dict[int, Variable] = {}
        for name, item in self.tracked():
            if isinstance(item, Variable) and name not in ("_own_trainable", "_own_non_trainable"):
                assigned.setdefault(id(item), item)
        others = [v for v in assigned.values() if id(v) not in made]
        trainable = [*self._own_trainable, *(v for v in others if v.trainable)]
        return trainable + [*self._own_non_trainable, *(v for v in others if not v.trainable)]

    @property
    def _trainable_weights(self) -> list[Variable]:
        """Keras 2's list of this layer's own trainable weights, to which `build` may append Variables."""
        return self._own_trainable

    @_trainable_weights.setter
    def _trainable_weights(self, variables: Iterable[Variable]) -> None:
        self._replace_own(list(variables), self._own_non_trainable)

    @property
    def _non_trainable_weights(self) -> list[Variable]:
        """Keras 2's list of this layer's own other weights."""
        return self._own_non_trainable

    @_non_trainable_weights.setter
    def _non_trainable_weights(self, variables: Iterable[Variable]) -> None:
        others = list(variables)
        moved = set(map(id, others))
        self._replace_own([one for one in self._own_trainable if id(one) not in moved], others)

    def _replace_own(self, trainable: list[Variable], others: list[Variable]) -> None:
        """Set which weights of this layer are trained; those left out of both lists are not."""
        chosen = set(map(id, trainable))
        for variable in [*self._own_variables(), *others, *trainable]:
            variable.trainable = id(variable) in chosen
        self._own_trainable = trainable
        self._own_non_trainable = [one for one in others if id(one) not in chosen]
        raise_version()

    @property
    def _trainable_variables(self) -> list[Variable]:
        return [v for v in self._own_variables() if v.trainable]

    @property
    def _non_trainable_variables(self) -> list[Variable]:
        return [v for v in self._own_variables() if not v.trainable]

    @property
    def _seed_generators(self) -> list[SeedGenerator]:
        return [item for _, item in self.tracked() if isinstance(item, SeedGenerator)]

    @property
    def _metrics(self) -> list[Any]:
        return [item for _, item in self.tracked() if is_metric(item.__class__)]

    @property
    def metrics(self) -> list[Any]:
        """Metrics kept as attributes of this layer and of the layers in it."""
        return _unique(m for layer in self._flatten_layers() for m in layer._metrics)

    @property
    def metrics_variables(self) -> list[Variable]:
        """State of all metrics, in their order, each once."""
        return _unique(variable for metric in self.metrics for variable in metric.variables)

    @property
    def weights(self) -> list[Variable]:
        """All weights, layer by layer; seeds and metric state are not weights."""
        return _unique(v for layer in self._flatten_layers() for v in layer._own_variables())

    @property
    def variables(self) -> list[Variable]:
        """Weights, random state and metric state."""
        found: list[Variable] = list(self.weights)
        for layer in self._flatten_layers():
            found += [g.state for g in layer._seed_generators]
            found += layer.carried_variables()
            for metric in layer._metrics:
                found += metric.variables
        return _unique(found)

    def carried_variables(self) -> list[Variable]:
        """Variables that are neither weights nor saved, such as states carried from batch to batch."""
        return []

    @property
    def trainable_weights(self) -> list[Variable]:
        """Weights that training changes: none where `trainable` is False."""
        return _unique(self._walk_trainable())

    @trainable_weights.setter
    def trainable_weights(self, variables: Iterable[Variable]) -> None:
        self._trainable_weights = variables

    def _walk_trainable(self) -> Iterator[Variable]:
        if not self._trainable:
            return
        yield from (v for v in self._own_variables() if v.trainable)
        for layer in self._layers:
            yield from layer._walk_trainable()

    @property
    def non_trainable_weights(self) -> list[Variable]:
        """The other weights."""
        chosen = set(map(id, self.trainable_weights))
        return [v for v in self.weights if id(v) not in chosen]

    @non_trainable_weights.setter
    def non_trainable_weights(self, variables: Iterable[Variable]) -> None:
        self._non_trainable_weights = variables

    @property
    def trainable_variables(self) -> list[Variable]:
        return self.trainable_weights

    @property
    def non_trainable_variables(self) -> list[Variable]:
        chosen = set(map(id, self.trainable_weights))
        return [v for v in self.variables if id(v) not in chosen]

    @property
    def trainable(self) -> bool:
        """Whether training changes the weights; setting it acts on the layers inside, at the next compile()."""
        return self._trainable

    @trainable.setter
    def trainable(self, value: bool) -> None:
        for layer in self._flatten_layers():
            layer._trainable = bool(value)
        raise_version()

    def count_params(self) -> int:
        """Number of scalars in the weights.

        Raises:
            ValueError: if the layer is not built.
        """
        if not self.built:
            raise ValueError(f"Layer {self.name!r} is not built, so it has no weights to count. Call it on data first.")
        return sum(v.size for v in self.weights)

    def get_weights(self) -> list[np.ndarray]:
        """Copies of the weights as NumPy arrays, in the order of `weights`."""
        return [v.numpy() for v in self.weights]

    def set_weights(self, weights: Iterable[ArrayLike]) -> None:
        """Replace the weights; nothing changes unless all fit.

        Raises:
            ValueError: when number or shapes differ from those of `weights`.
        """
        if not isinstance(weights, Iterable):
            raise ValueError(
                f"Layer {self.name!r}: set_weights() takes a list of arrays, as get_weights() gives, got {weights!r}."
            )
        arrays = [np.asarray(w) if not isinstance(w, Variable) else w.numpy() for w in weights]
        variables = self.weights
        if len(arrays) != len(variables):
            raise ValueError(
                f"Layer {self.name!r} has {len(variables)} weights and set_weights() got {len(arrays)} arrays."
                + ("" if self.built else " The layer is not built yet: call it on data first.")
            )
        for variable, array in zip(variables, arrays, strict=True):
            if tuple(array.shape) != variable.shape:
                raise ValueError(
                    f"Layer {self.name!r}: weight {variable.path!r} has shape {variable.shape}, "
                    f"and set_weights() got an array of shape {array.shape} for it."
                )
        for variable, array in zip(variables, arrays, strict=True):
            variable.assign(array)

    # -- files of weights

    def _stateful_attributes(self) -> list[tuple[str, Any]]:
        """Names and values of the attributes in which a file of weights looks for state, in its order."""
        skipped = base_attributes(base_of(type(self))) | self._untracked
        return in_file_order({name: value for name, value in vars(self).items() if name not in skipped})

    def _why_unfit(self, store: Any) -> str | None:
        """Why arrays of a file do not fit this layer's own weights; None where they fit, or the class reads them.

        Args:
            store: the arrays by name; shapes come from its method `shape`, where it has one.
        """
        if "load_own_variables" in self._overrides:
            return None
        own = self._variables_in_files()
        if len(store) != len(own):
            wanted = ", ".join(f"{v.name} {v.shape}" for v in own) or "none"
            return f"layer '{self.name}' has {len(own)} weights ({wanted}), the file has {len(store)}"
        for index, variable in enumerate(own):
            shape = shape_in(store, str(index))
            if shape != variable.shape:
                return f"layer '{self.name}': {variable.name} has shape {variable.shape}, the file {shape}"
        return None

    def _variables_in_files(self) -> list[Variable]:
        """Those of this layer's own weights for which files hold an array, in their order."""
        return self._own_variables()

    def _arrays_in_files(self) -> Iterator[np.ndarray]:
        """What files hold for `_variables_in_files`, one after the other."""
        return (variable.numpy() for variable in self._variables_in_files())

    def _take_arrays(self, store: Mapping[str, Any]) -> None:
        """Put the arrays of a file, which fit, into `_variables_in_files`, one after the other."""
        for index, variable in enumerate(self._variables_in_files()):
            fill(variable, store, str(index))

    def save_own_variables(self, store: WeightStore) -> None:
        """Write this layer's own weights into a mapping "0", "1", ... -> array."""
        for index, array in enumerate(self._arrays_in_files()):
            store[str(index)] = array

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Read this layer's own weights from a mapping as `save_own_variables` wrote it.

        Raises:
            ValueError: when number or shapes differ; nothing changes then.
        """
        own = self._variables_in_files()
        if len(store) != len(own):
            hint = "" if self.built else " The layer is not built: build the model before loading its weights."
            raise ValueError(f"Layer {self.name!r} has {len(own)} weights, the file has {len(store)} for it.{hint}")
        for index, variable in enumerate(own):
            shape = shape_in(store, str(index))
            if shape != variable.shape:
                raise ValueError(
                    f"Layer {self.name!r}: weight {variable.path!r} has shape {variable.shape}, the file has {shape}."
                )
        self._take_arrays(store)


def _unique(items: Any) -> list[Any]:
    return list({id(item): item for item in items}.values())


def in_file_order(attributes: dict[str, Any]) -> list[tuple[str, Any]]:
    """Attributes by name, private ones last."""
    return sorted(attributes.items(), key=lambda pair: (pair[0].startswith("_"), pair[0]))
