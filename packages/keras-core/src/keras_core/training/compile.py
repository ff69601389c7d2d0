"""What a model was compiled with, and what follows from it: metrics, programs, the set of trained weights."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, cast

from keras_core.backend.placement import on_device_of
from keras_core.layers import tracking
from keras_core.layers.call_context import active_context
from keras_core.staging.variable import Variable
from keras_core.suggestions import not_taken
from keras_core.training.objectives import CompileLoss, CompileMetrics, leaves
from keras_core.training.programs import Programs

if TYPE_CHECKING:
    from keras_core.callbacks import History
    from keras_core.dtype_policies import DTypePolicy
    from keras_core.metrics import Metric
    from keras_core.models.model import Model
    from keras_core.optimizers import Optimizer


class Compiling:
    """The part of `Model` behind `compile`."""

    if TYPE_CHECKING:
        name: str
        built: bool
        backend: Any
        dtype_policy: DTypePolicy
        trainable_variables: list[Variable]
        _flatten_layers: Any

    history: History | None
    run_eagerly: bool
    stop_training: bool
    steps_per_execution: int
    backend_name: str
    _compiled: bool
    _optimizer: Any
    _compile_loss: CompileLoss | None
    _compile_metrics: CompileMetrics | None
    _compile_arguments: dict[str, Any]
    _loss_tracker: Any
    _trained: list[Variable] | None
    _warned_trainable: bool
    _checked_version: int
    _symbolic_metrics: list[tuple[Any, Any]]
    _programs: Programs | None
    _training_lock: threading.RLock
    _input_specs: Any
    _output_specs: Any
    _key: tuple[Any, Any]
    _jit: bool | None

    def _init_trainer(self) -> None:
        set_ = object.__setattr__
        set_(self, "_compiled", False)
        set_(self, "_optimizer", None)
        set_(self, "_compile_loss", None)
        set_(self, "_compile_metrics", None)
        set_(self, "_compile_arguments", {})
        set_(self, "_trained", None)
        set_(self, "_warned_trainable", False)
        set_(self, "_checked_version", -1)
        set_(self, "_symbolic_metrics", [])
        set_(self, "_programs", None)
        set_(self, "_training_lock", threading.RLock())
        set_(self, "_input_specs", None)
        set_(self, "_output_specs", None)
        set_(self, "_key", (-1, -1))
        set_(self, "_jit", None)
        set_(self, "_loss_tracker", None)
        set_(self, "run_eagerly", False)
        set_(self, "stop_training", False)
        set_(self, "history", None)

    def compile(
        self,
        optimizer: Any = "rmsprop",
        loss: Any = None,
        metrics: Any = None,
        loss_weights: Any = None,
        weighted_metrics: Any = None,
        run_eagerly: bool = False,
        steps_per_execution: int = 1,
        jit_compile: bool | str | None = "auto",
        auto_scale_loss: bool = True,
        sample_weight_mode: Any = None,
        target_tensors: Any = None,
        **kwargs: Any,
    ) -> None:
        """Say how the model is trained.

        Args:
            optimizer: an optimizer or its name.
            loss: a loss, its name, a function ``(y_true, y_pred)``; a list or dict of them by output.
            metrics: list of metrics, names or functions; "accuracy" fits itself to loss and shapes.
            loss_weights: a number for each output's loss.
            weighted_metrics: metrics that take sample weights into account.
            run_eagerly: whether to run Python in every step, for debugging.
            steps_per_execution: steps between two calls of a callback's batch hooks.
            jit_compile: whether to use the framework's optimizing compiler; "auto" lets the backend choose.
            auto_scale_loss: whether a model of the policy "mixed_float16" has its loss scaled, by putting a
                `LossScaleOptimizer` around the optimizer.
            sample_weight_mode: accepted for Keras 2; the shape of the weights tells.
            target_tensors: not supported; None.

        Raises:
            ValueError: for an unknown optimizer, loss or metric, with the nearest names.
        """
        if target_tensors is not None:
            raise ValueError("compile(): target_tensors is not supported. Pass the targets to fit().")
        if (
            isinstance(loss_weights, (list, tuple))
            and loss_weights
            and not isinstance(loss_weights[0], (int, float, Variable))
        ):
            metrics, loss_weights = loss_weights, metrics  # positional arguments in Keras 3's order
        if isinstance(metrics, (int, float)) or (
            isinstance(metrics, (list, tuple)) and metrics and all(isinstance(m, (int, float)) for m in metrics)
        ):
            metrics, loss_weights = loss_weights, metrics
        if kwargs:
            raise TypeError(not_taken("compile", kwargs, type(self).compile))
        with on_device_of(self):
            self._compile(
                optimizer=optimizer,
                loss=loss,
                metrics=metrics,
                loss_weights=loss_weights,
                weighted_metrics=weighted_metrics,
                run_eagerly=run_eagerly,
                steps_per_execution=steps_per_execution,
                jit_compile=jit_compile,
                auto_scale_loss=auto_scale_loss,
            )

    def _compile(self, **given: Any) -> None:
        """`compile` with arguments in order; nothing changes when one of them is wrong."""
        from keras_core import losses, optimizers

        new_optimizer = self._scaling(optimizers.get(given["optimizer"]), given["auto_scale_loss"])
        self._refuse_foreign(new_optimizer)
        for one in leaves(given["loss"]):
            losses.get(one)
        CompileMetrics(_leaf_list(given["metrics"]), None, ["output"], [None])
        CompileMetrics(_leaf_list(given["weighted_metrics"]), None, ["output"], [None])
        self._optimizer = new_optimizer
        self._compile_arguments = given
        object.__setattr__(self, "run_eagerly", bool(given["run_eagerly"]))
        jit = given["jit_compile"]
        self._jit = None if jit in ("auto", None) else bool(jit)
        self.steps_per_execution = max(1, int(given["steps_per_execution"]))
        self._make_loss_tracker()
        self._compile_loss = None
        self._compile_metrics = None
        self._trained = list(self.trainable_variables) if self.built else None
        self._warned_trainable = False
        self._forget_programs()
        self._compiled = True
        if self._output_names():
            self._make_compiled(self._output_names())

    def _refuse_foreign(self, optimizer: Any) -> None:
        trained = optimizer._trainable_variables if optimizer is not None and optimizer.built else ()
        if trained and trained[0].backend_name != self.backend_name:
            raise ValueError(
                f"Model {self.name!r} lives on the backend {self.backend_name!r}, but optimizer {optimizer.name!r} was "
                f"built for variables on {trained[0].backend_name!r}. Give compile() a new optimizer, or copy the "
                "other model with its optimizer by to_backend()."
            )

    def _scaling(self, optimizer: Any, wanted: bool) -> Any:
        """The optimizer, made to scale the loss where the model's dtype policy asks for it."""
        from keras_core.optimizers import LossScaleOptimizer

        if not wanted or optimizer is None or isinstance(optimizer, LossScaleOptimizer):
            return optimizer
        return LossScaleOptimizer(optimizer) if self.dtype_policy.name == "mixed_float16" else optimizer

    def _make_loss_tracker(self) -> None:
        from keras_core.metrics import Mean

        object.__setattr__(self, "_loss_tracker", Mean(name="loss"))

    def _make_compiled(self, names: Sequence[str]) -> None:
        """Loss and metrics for these outputs; None where compile() was not given any."""
        given = self._compile_arguments
        if self._compile_metrics is not None:
            return
        losses = given.get("loss")
        if losses is not None:
            self._compile_loss = CompileLoss(losses, given.get("loss_weights"), names)
        by_output = self._compile_loss.losses if self._compile_loss is not None else [None] * len(names)
        self._compile_metrics = CompileMetrics(given.get("metrics"), given.get("weighted_metrics"), names, by_output)

    def _trained_variables(self) -> list[Variable]:
        if self._trained is None:
            self._trained = list(self.trainable_variables)
        return self._trained

    def _output_names(self) -> list[str]:
        names = list(self._model.output_names)
        if names or self._output_specs is None:
            return names
        if isinstance(self._output_specs, dict):
            return list(self._output_specs)
        count = len(leaves(self._output_specs))
        return [f"output_{i + 1}" for i in range(count)]

    def _forget_programs(self) -> None:
        object.__setattr__(self, "_programs", None)

    def _program_key(self) -> Any:
        """A number that changes when an attribute of a layer, loss or optimizer was assigned."""
        seen, own = self._key
        now = tracking.version()
        optimizer = getattr(self._optimizer, "version", 0)
        if (now, optimizer) != seen:
            versioned = [*self._flatten_layers(), *(self._compile_loss.losses if self._compile_loss else ())]
            own = (sum(getattr(one, "_version", 0) for one in versioned), optimizer)
            object.__setattr__(self, "_key", ((now, optimizer), own))
        return own

    @property
    def _fixed_batch(self) -> bool:
        function = getattr(self, "_function", None)
        return function is not None and any(t.shape[:1] != (None,) for t in function.inputs)

    @property
    def _model(self) -> Model:
        """This object, which is a Model."""
        return cast("Model", self)

    @property
    def programs(self) -> Programs:
        if self._programs is None:
            object.__setattr__(self, "_programs", Programs(self._model))
        assert self._programs is not None
        return self._programs

    def _training_variables(self) -> list[Variable]:
        found: list[Variable] = []
        if self._optimizer is not None:
            found += self._optimizer.variables
        for value in vars(self).values():
            if value is not self._optimizer and hasattr(value, "apply_gradients"):
                found += value.variables
        found += self._reported_variables()
        found += getattr(self, "_foreign_variables", [])
        return found

    def _reported_variables(self) -> list[Variable]:
        """State of metrics, and weights of losses that are variables."""
        found = [variable for metric in self.metrics for variable in metric.variables]
        return found + (self._compile_loss.variables if self._compile_loss is not None else [])

    # -- what compile() set

    @property
    def compiled(self) -> bool:
        return self._compiled

    @property
    def optimizer(self) -> Optimizer | None:
        return self._optimizer

    @optimizer.setter
    def optimizer(self, value: Any) -> None:
        self._optimizer = value
        self._forget_programs()

    @property
    def loss(self) -> Any:
        """The loss as given to compile()."""
        return self._compile_arguments.get("loss")

    @property
    def metrics(self) -> list[Metric]:
        """All metrics: loss, losses of outputs, compiled metrics, and those that layers keep."""
        found: list[Any] = []
        if self._loss_tracker is not None:
            found.append(self._loss_tracker)
        if self._compile_loss is not None:
            found += self._compile_loss.metrics
        if self._compile_metrics is not None:
            found += self._compile_metrics.metrics
        for layer in self._flatten_layers():
            found += layer._metrics
        return list({id(m): m for m in found}.values())

    @property
    def metrics_names(self) -> list[str]:
        """Names in the order of `evaluate`'s numbers."""
        return [name for name, _ in self._named_metrics()]

    def _named_metrics(self) -> list[tuple[str, Any]]:
        found: list[tuple[str, Any]] = []
        if self._loss_tracker is not None:
            found.append(("loss", self._loss_tracker))
        if self._compile_loss is not None:
            found += [(m.name, m) for m in self._compile_loss.metrics]
        if self._compile_metrics is not None:
            found += self._compile_metrics.named
        known = {id(m) for _, m in found}
        found += [(m.name, m) for m in self.metrics if id(m) not in known]
        return found

    def reset_metrics(self) -> None:
        """Begin all metrics anew."""
        for metric in self.metrics:
            metric.reset_state()

    def add_metric(self, value: Any, name: str | None = None, aggregation: str | None = "mean") -> None:
        """Keras 2: show the mean of a tensor in the logs.

        Args:
            value: a symbolic tensor of the model's graph, or a tensor inside call() of a subclass.
            name: name in the logs; needed in call().
            aggregation: "mean", or None for a value that is a mean already.
        """
        from keras_core.graph.keras_tensor import KerasTensor
        from keras_core.metrics import Mean

        added: dict[str, Any] = self.__dict__.setdefault("_added_metrics", {})
        label = name or f"metric_{len(added)}"
        if label not in added:
            added[label] = Mean(name=label)
        if not isinstance(value, KerasTensor):
            added[label].update_state(value)
        elif active_context() is None:
            self._symbolic_metrics.append((added[label], value))

    def get_compile_config(self) -> dict[str, Any] | None:
        """The arguments of compile(), for files; None when it was not called."""
        if not self._compiled:
            return None
        from keras_core.saving import serialize_keras_object

        given = {**self._compile_arguments, "optimizer": self._optimizer}
        if given["auto_scale_loss"]:
            del given["auto_scale_loss"]
        return {k: serialize_keras_object(v) for k, v in given.items()}

    def compile_from_config(self, config: dict[str, Any]) -> None:
        """Compile with what `get_compile_config` gave; makes the optimizer's slots if the model is built."""
        from keras_core.saving import deserialize_keras_object

        self.compile(**{k: deserialize_keras_object(v) for k, v in config.items()})
        if self.built and self._optimizer is not None:
            self._optimizer.build(self._trained_variables())


def _leaf_list(value: Any) -> list[Any]:
    return [one for one in leaves(value) if one is not None]
