"""What loops written for Keras 3 step a model with: trees of its state, functions of a step, losses without effects."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Protocol

from keras_core.data_utils.arrays import unpack_x_y_sample_weight
from keras_core.layers.layer import Layer
from keras_core.staging.stateless import StatelessCall
from keras_core.suggestions import did_you_mean
from keras_core.training.overridden_steps import call_with_known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from keras_core.optimizers.optimizer import Optimizer
    from keras_core.staging.variable import Variable
    from keras_core.typing import Tensor, TensorTree


class Compiles(Protocol):
    """What is asked of a model's trainer here."""

    jit: bool | None

    def forget_programs(self) -> None:
        """Let every step be staged again when it is next used."""


class Stepping(Layer):
    """The part of `Model` for training loops of its users that are written for Keras 3."""

    _framework_base = True

    if TYPE_CHECKING:
        _trainer: Compiles
        optimizer: Optimizer | None
        compute_loss: Callable[..., Tensor]

        @property
        def metrics_variables(self) -> list[Variable]: ...

        train_on_batch: Callable[..., Any]
        test_on_batch: Callable[..., Any]
        predict_on_batch: Callable[..., Any]

    train_function: Callable[[Iterator[Any]], Any] | None = None
    test_function: Callable[[Iterator[Any]], Any] | None = None
    predict_function: Callable[[Iterator[Any]], Any] | None = None

    @property
    def jit_compile(self) -> bool | None:
        """Whether steps are compiled by the framework's optimizing compiler; None leaves it to the backend."""
        return self._trainer.jit

    @jit_compile.setter
    def jit_compile(self, value: bool | None) -> None:
        self._trainer.jit = value
        self._trainer.forget_programs()

    # -- state

    def get_state_tree(
        self, value_format: Literal["backend_tensor", "numpy_array"] = "backend_tensor"
    ) -> dict[str, Any]:
        """The values of all variables, nested by the parts of their paths.

        Args:
            value_format: "backend_tensor" or "numpy_array".

        Returns:
            Dicts "trainable_variables", "non_trainable_variables", "optimizer_variables" and "metrics_variables".

        Raises:
            ValueError: for another format, and where two variables have one path.
        """
        formats: dict[str, Callable[[Variable], Any]] = {
            "backend_tensor": lambda variable: variable.value,
            "numpy_array": lambda variable: variable.numpy(),
        }
        if value_format not in formats:
            raise ValueError(f"value_format must be one of {', '.join(map(repr, formats))}; got {value_format!r}.")
        return {group: self._nested(variables, formats[value_format]) for group, variables in self._groups().items()}

    def set_state_tree(self, state_tree: Mapping[str, Any]) -> None:
        """Assign variables what `get_state_tree` gave, or a part of it; nothing changes unless all fits.

        Args:
            state_tree: nested dicts of tensors or arrays.

        Raises:
            ValueError: for names that the model does not have, or another shape.
        """
        groups = self._groups()
        pairs: list[tuple[Variable, Any]] = []
        for group, values in state_tree.items():
            if group not in groups:
                raise ValueError(
                    f"set_state_tree() of model {self.name!r} got {group!r}; there are {', '.join(groups)}."
                    f"{did_you_mean([group], groups)}"
                )
            known = {variable.path: variable for variable in groups[group]}
            for path, value in _leaves(values):
                if path not in known:
                    raise ValueError(
                        f"set_state_tree(): model {self.name!r} has no variable {path!r} among its {group}."
                        f"{did_you_mean([path], known)}"
                    )
                if tuple(value.shape) != known[path].shape:
                    raise ValueError(
                        f"set_state_tree(): variable {path!r} has shape {known[path].shape}, got {tuple(value.shape)}."
                    )
                pairs.append((known[path], value))
        for variable, value in pairs:
            variable.assign(value)

    def _groups(self) -> dict[str, list[Variable]]:
        return {
            "trainable_variables": self.trainable_variables,
            "non_trainable_variables": self.non_trainable_variables,
            "optimizer_variables": [] if self.optimizer is None else list(self.optimizer.variables),
            "metrics_variables": self.metrics_variables,
        }

    def _nested(self, variables: Sequence[Variable], value_of: Callable[[Variable], Any]) -> dict[str, Any]:
        tree: dict[str, Any] = {}
        for variable in variables:
            *parents, name = variable.path.split("/")
            place = tree
            for parent in parents:
                place = place.setdefault(parent, {})
                if not isinstance(place, dict):
                    break
            if not isinstance(place, dict) or name in place:
                raise ValueError(
                    f"Model {self.name!r} has two variables at {variable.path!r}, which one tree cannot hold. Give the "
                    "layers names of their own."
                )
            place[name] = value_of(variable)
        return tree

    # -- steps

    def make_train_function(self, force: bool = False) -> Callable[[Iterator[Any]], Any]:
        """The function of a step of training: it takes an iterator of batches, trains on the next and gives the logs.

        It is the attribute `train_function`, too. `fit` does not need it; programs are compiled when they first run.

        Args:
            force: whether programs are compiled again, after something changed that assignments do not tell.
        """
        return self._step_function("train", force)

    def make_test_function(self, force: bool = False) -> Callable[[Iterator[Any]], Any]:
        """The function of a step of evaluation, `test_function`; see `make_train_function`."""
        return self._step_function("test", force)

    def make_predict_function(self, force: bool = False) -> Callable[[Iterator[Any]], Any]:
        """The function that gives the outputs for the next batch, `predict_function`; see `make_train_function`."""
        return self._step_function("predict", force)

    def _step_function(self, mode: str, force: bool) -> Callable[[Iterator[Any]], Any]:
        if force:
            self._trainer.forget_programs()
        found = vars(self)[f"{mode}_function"] = partial(self._run_next, mode)  # no change that programs depend on
        return found

    def _run_next(self, mode: str, iterator: Iterator[Any]) -> Any:
        x, y, sample_weight = unpack_x_y_sample_weight(next(iterator))
        if mode == "predict":
            return self.predict_on_batch(x)
        on_batch = self.train_on_batch if mode == "train" else self.test_on_batch
        return on_batch(x, y, sample_weight, return_dict=True, reset_metrics=False)

    def compute_loss_and_updates(
        self,
        trainable_variables: Sequence[Tensor],
        non_trainable_variables: Sequence[Tensor],
        metrics_variables: Sequence[Tensor],
        x: TensorTree,
        y: TensorTree,
        sample_weight: TensorTree,
        training: bool = False,
        optimizer_variables: Sequence[Tensor] | None = None,
    ) -> tuple[Tensor, tuple[Tensor, TensorTree, list[Tensor], list[Tensor]]]:
        """The loss of one batch for given values of the variables, assigning none; as `jax.value_and_grad` takes it.

        Args:
            trainable_variables: a value for each of `trainable_variables`.
            non_trainable_variables: a value for each of `non_trainable_variables`.
            metrics_variables: a value for each of `metrics_variables`.
            x: inputs of the batch.
            y: its targets.
            sample_weight: weights of its samples, or None.
            training: whether layers run in training.
            optimizer_variables: a value for each of the optimizer's variables, for one that scales the loss.

        Returns:
            The loss, scaled as the optimizer does it, and ``(loss, outputs, non_trainable_variables,
            metrics_variables)``, the loss as it is and variables with their new values.

        Raises:
            ValueError: when there is no loss at all, or for another number of values.
        """
        given = [
            (self.trainable_variables, trainable_variables),
            (self.non_trainable_variables, non_trainable_variables),
            (self.metrics_variables, metrics_variables),
        ]
        optimizer = self.optimizer
        if optimizer is not None and optimizer_variables is not None:
            given.append((list(optimizer.variables), optimizer_variables))
        with StatelessCall(self.backend, *given, owner=f"Model {self.name!r}") as scope:
            outputs = self(x, training=training)
            loss = call_with_known(
                self.compute_loss, x=x, y=y, y_pred=outputs, sample_weight=sample_weight, training=training
            )
            scaled = loss if optimizer is None else optimizer.scale_loss(loss)
            others, metrics = scope.values()[1:3]
        return scaled, (loss, outputs, others, metrics)

    def stateless_compute_loss(
        self,
        trainable_variables: Sequence[Tensor],
        non_trainable_variables: Sequence[Tensor],
        metrics_variables: Sequence[Tensor],
        x: TensorTree = None,
        y: TensorTree = None,
        y_pred: TensorTree = None,
        sample_weight: TensorTree = None,
        training: bool = True,
    ) -> tuple[Tensor, tuple[list[Tensor], list[Tensor], list[Tensor]]]:
        """What `compute_loss` gives for given values of the model's variables, assigning none.

        Args:
            trainable_variables: a value for each of `trainable_variables`.
            non_trainable_variables: a value for each of `non_trainable_variables`.
            metrics_variables: a value for each of `metrics_variables`.
            x: inputs of one batch.
            y: its targets.
            y_pred: the model's outputs for it.
            sample_weight: weights of its samples; None weights all equally.
            training: whether it is a training step.

        Returns:
            The loss, and the new values: ``(trainable_variables, non_trainable_variables, metrics_variables)``.

        Raises:
            ValueError: when there is no loss at all, or for another number of values.
        """
        given = [
            (self.trainable_variables, trainable_variables),
            (self.non_trainable_variables, non_trainable_variables),
            (self.metrics_variables, metrics_variables),
        ]
        with StatelessCall(self.backend, *given, owner=f"Model {self.name!r}") as scope:
            loss = call_with_known(
                self.compute_loss, x=x, y=y, y_pred=y_pred, sample_weight=sample_weight, training=training
            )
            trained, others, metrics = scope.values()
            return loss, (trained, others, metrics)


def _leaves(tree: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Paths and values in nested dicts."""
    for name, value in tree.items():
        below = f"{path}/{name}" if path else name
        if isinstance(value, dict):
            yield from _leaves(value, below)
        else:
            yield below, value
