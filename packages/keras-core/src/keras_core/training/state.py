"""What a model is trained with: optimizer, losses, metrics, trained variables and the shapes of its data."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, TypeAlias

from keras_core.graph.nested import map_nested
from keras_core.graph.spec import Spec
from keras_core.layers import tracking
from keras_core.training.objectives import CompileLoss, CompileMetrics
from keras_core.training.outputs import leaves, matched, output_names
from keras_core.typing import Nested, TensorTree

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from keras_core.metrics.means import Mean
    from keras_core.metrics.metric import Metric
    from keras_core.optimizers.optimizer import Optimizer
    from keras_core.optimizers.slot_sets import SlotSet
    from keras_core.staging.variable import Variable
    from keras_core.training.compile import CompileArguments
    from keras_core.training.protocol import TrainableModel

Specs: TypeAlias = Nested[Spec | None] | None
"""A `Spec` or nested Specs, structured like a batch's inputs or a model's outputs."""


class TrainingState:
    """State of the training of one model.

    Args:
        model: the model.

    Attributes:
        arguments: what compile() was given; None before.
        loss, metrics: the compiled losses and metrics; None until the names of the outputs are known.
        loss_tracker: the mean of the loss.
        trained: the variables that are trained, as they were at compile(); None until they exist.
        foreign_variables: variables of other objects that an overridden train_step writes.
        custom_step_traced: whether an overridden train_step was traced to find them.
        input_specs, output_specs: shapes and dtypes of inputs and outputs, the batch axis None; None until known.
        lock: held while the model trains, so that threads take turns.
    """

    def __init__(self, model: TrainableModel) -> None:
        self.model = model
        self.arguments: CompileArguments | None = None
        self._optimizer: Optimizer | None = None
        self._slots: SlotSet | None = None
        self._owner = object()
        self.loss: CompileLoss | None = None
        self.metrics: CompileMetrics | None = None
        self.loss_tracker: Mean | None = None
        self.trained: list[Variable] | None = None
        self.foreign_variables: list[Variable] = []
        self.custom_step_traced = False
        self.input_specs: Specs = None
        self.output_specs: Specs = None
        self.run_eagerly = False
        self.steps_per_execution = 1
        self.jit: bool | None = None
        self.lock = threading.RLock()
        self._seen_version = -1
        self._own_versions = (-1, -1)
        self._modes: tuple[bool | None, ...] = ()
        self._distinct_modes: frozenset[bool | None] = frozenset()

    @property
    def compiled(self) -> bool:
        """Whether compile() was called."""
        return self.arguments is not None

    # -- the optimizer

    @property
    def optimizer(self) -> Optimizer | None:
        """The optimizer, with the slots of this model: other models may train with the same object."""
        if self._optimizer is not None:
            self._optimizer.select_slots(self._slots, self._owner)
        return self._optimizer

    @optimizer.setter
    def optimizer(self, optimizer: Optimizer | None) -> None:
        self._optimizer, self._slots = optimizer, None

    @property
    def optimizer_is_built(self) -> bool:
        """Whether nothing is left to make before the optimizer can train this model."""
        return self._optimizer is None or self._slots is not None

    def build_optimizer(self) -> None:
        """Make the optimizer's slots for this model, if it has none."""
        if self._optimizer is not None and self._slots is None:
            self._slots = self._optimizer.slots_of(self._owner, self.trained_variables())

    # -- shapes

    def forget_shapes(self) -> None:
        """Infer the shapes of inputs and outputs again, and build what depends on them again."""
        self.input_specs = self.output_specs = None
        self.loss = self.metrics = None
        self.trained = None
        self.foreign_variables = []
        self.custom_step_traced = False

    # -- losses and metrics

    def make_objectives(self) -> None:
        """Make the compiled losses and metrics, if the names of the outputs are known."""
        structure = self.output_structure()
        if self.arguments is None or self.metrics is not None or not structure:
            return
        given = self.arguments
        if given.loss is not None:
            self.loss = CompileLoss(given.loss, given.loss_weights, structure)
        losses: Sequence[Any] = self.loss.losses if self.loss is not None else [None] * len(leaves(structure))
        self.metrics = CompileMetrics(given.metrics, given.weighted_metrics, structure, losses)

    def output_names(self) -> list[str]:
        """Names of the outputs: those of the graph, or of the outputs of `call`; empty until they are known."""
        names = list(self.model.output_names)
        if names or self.output_specs is None:
            return names
        return output_names(self.output_specs, lambda _, position: f"output_{position + 1}")

    def output_structure(self) -> TensorTree:
        """Names of the outputs, nested in lists, tuples and dicts as the outputs are; empty until they are known."""
        graph, names = self.model.symbolic_graph, iter(self.output_names())
        outputs = self.output_specs if graph is None else graph.outputs_structure
        if outputs is None:
            return list(names)
        structure = map_nested(lambda _: next(names), outputs)
        return [structure] if isinstance(structure, str) else structure

    def wanted_outputs(self) -> list[bool] | None:
        """For each output, whether it has a loss; None where there are no losses by output."""
        return None if self.loss is None else self.loss.wanted

    def targets(self, y: TensorTree) -> list[Any]:
        """The targets of each output, or None."""
        return matched(y, self.output_structure(), "y", self.wanted_outputs())

    def output_shapes(self) -> list[Any]:
        """The shape of each output, the batch axis None."""
        specs: list[Spec] = leaves(self.output_specs)
        return [spec.shape for spec in specs]

    def all_metrics(self, of_layers: Sequence[Metric]) -> list[Metric]:
        """The loss, losses of outputs, compiled metrics, and those that layers keep, each once."""
        found = [metric for _, metric in self._own_metrics()] + list(of_layers)
        return list({id(metric): metric for metric in found}.values())

    def _own_metrics(self) -> list[tuple[str, Metric]]:
        found: list[tuple[str, Metric]] = []
        if self.loss_tracker is not None:
            found.append(("loss", self.loss_tracker))
        if self.loss is not None:
            found += [(metric.name, metric) for metric in self.loss.metrics]
        if self.metrics is not None:
            found += self.metrics.named
        return found

    def named_metrics(self) -> list[tuple[str, Metric]]:
        """Pairs of the name in logs and the metric, in the order of `evaluate`'s numbers."""
        found = self._own_metrics()
        known = {id(metric) for _, metric in found}
        return found + [(metric.name, metric) for metric in self.model.metrics if id(metric) not in known]

    # -- variables

    def trained_variables(self) -> list[Variable]:
        """The variables that are trained: those that were trainable at compile()."""
        if self.trained is None:
            self.trained = list(self.model.trainable_variables)
        return self.trained

    def variables(self) -> list[Variable]:
        """State of optimizers, metrics and losses, and what an overridden train_step writes."""
        found: list[Variable] = []
        if self.optimizer is not None:
            found += self.optimizer.variables
        for value in vars(self.model).values():
            if value is not self.optimizer and hasattr(value, "apply_gradients"):
                found += value.variables
        return found + self.reported_variables() + self.foreign_variables

    def reported_variables(self) -> list[Variable]:
        """State of metrics, and weights of losses that are variables."""
        return self.metrics_variables() + (self.loss.variables if self.loss is not None else [])

    def metrics_variables(self) -> list[Variable]:
        """State of all metrics, in their order, each once."""
        return list(dict.fromkeys(variable for metric in self.model.metrics for variable in metric.variables))

    # -- what programs depend on

    def program_key(self) -> tuple[object, ...]:
        """Changes when an attribute of a layer or loss was assigned, or what layers do that are not told `training`."""
        self._look_at_versions()
        return self._own_versions[0], self._modes

    def train_key(self) -> tuple[object, ...]:
        """`program_key`, and a number that changes when an attribute of the optimizer was assigned."""
        self._look_at_versions()
        return *self._own_versions, self._modes

    def call_key(self) -> int:
        """The part of `program_key` that matters to a call that is told `training`."""
        self._look_at_versions()
        return self._own_versions[0]

    def default_trainings(self) -> frozenset[bool | None]:
        """The `default_training` of all layers: one where they agree."""
        self._look_at_versions()
        return self._distinct_modes

    def _look_at_versions(self) -> None:
        if tracking.version() == self._seen_version:
            return
        self._seen_version = tracking.version()
        layers = list(self.model.flatten_layers())
        forward: list[object] = [*layers, *(self.loss.losses if self.loss is not None else ())]
        update: list[object] = [self.optimizer, getattr(self.optimizer, "inner_optimizer", None)]
        self._own_versions = _sum_of_versions(forward), _sum_of_versions(update)
        modes = tuple(layer.default_training for layer in layers)
        self._distinct_modes = frozenset(modes)
        self._modes = () if self._distinct_modes == {None} else modes

    @property
    def fixed_batch_size(self) -> int | None:
        """The number of samples that the model's inputs fix, if any."""
        graph = self.model.symbolic_graph
        return graph.fixed_batch_size if graph is not None else None

    # -- copies

    def follow(self, other: TrainingState, weights: Mapping[Variable, Variable]) -> None:
        """Build what `other`, the state of an equal model, has built since compile().

        Args:
            other: the state to follow.
            weights: the counterpart here of each weight of the other model.
        """
        if other.trained is not None:
            self.trained = [weights[variable] for variable in other.trained]
        self.input_specs, self.output_specs = other.input_specs, other.output_specs
        if other.metrics is None:
            return
        self.make_objectives()
        if other.metrics.shapes is not None and self.metrics is not None:
            self.metrics.build(*other.metrics.shapes)


def _sum_of_versions(items: Iterable[object]) -> int:
    return sum(tracking.version_of(one) for one in items)
