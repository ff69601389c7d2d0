"""Optimizers of ``torch.optim``: a step on copies of the variables, whose state is kept outside."""

from __future__ import annotations

import contextvars
import functools
from typing import TYPE_CHECKING, Any

import numpy as np

from keras_backend_torch.compiler.recording import Untraceable
from keras_backend_torch.framework import torch
from keras_backend_torch.modes import is_fake

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.backend import VariableLike
    from keras_core.typing import Tensor

#: The parts of a parameter's state that are tensors, by name, and the index of the parameter.
Places = list[tuple[int, str]]


class TorchOptimizer:
    """An optimizer of PyTorch as `keras_core.backend.NativeMethod`.

    Args:
        optimizer: an instance, whose parameters are those of the model; its class; or `functools.partial` of that.
    """

    def __init__(self, optimizer: Any) -> None:
        if isinstance(optimizer, torch.optim.Optimizer):
            self._groups = optimizer.param_groups
            self._make: Any = type(optimizer)
            rates = {float(group["lr"]) for group in self._groups}
            self.learning_rate = rates.pop() if len(rates) == 1 else None
        else:
            probe = optimizer([torch.zeros(1)])
            self._groups, self._make = None, optimizer
            self.learning_rate = float(probe.defaults["lr"])

    def steps_for(self, variables: Sequence[VariableLike]) -> TorchSteps:
        """The optimizer for certain variables.

        Raises:
            ValueError: if the optimizer was made for parameters of which none is that of a variable.
        """
        return TorchSteps(self._make, self._options(variables), self.learning_rate is not None, variables)

    def _options(self, variables: Sequence[VariableLike]) -> list[dict[str, Any] | None]:
        """The options of each variable; None for one that the optimizer was not made for."""
        if self._groups is None:
            return [{} for _ in variables]
        options = {
            id(parameter): {name: value for name, value in group.items() if name != "params"}
            for group in self._groups
            for parameter in group["params"]
        }
        found = [options.get(id(variable.storage.parameter(variable.trainable))) for variable in variables]
        if not any(one is not None for one in found):
            raise ValueError(
                f"{self._make.__name__} was made for other parameters than those of this model. Make it with "
                "model.parameters(), or give compile() its class or functools.partial(class, lr=...)."
            )
        return found


class TorchSteps:
    """An optimizer of PyTorch for certain variables; see `keras_core.backend.NativeSteps`.

    Which tensors it keeps is found by a step on copies that are thrown away.

    Args:
        make: makes the optimizer of groups of parameters.
        options: the options of each variable, None for one that is not trained.
        sets_rate: whether the learning rate comes from outside.
        variables: the variables.
    """

    def __init__(
        self,
        make: Any,
        options: list[dict[str, Any] | None],
        sets_rate: bool,
        variables: Sequence[VariableLike],
    ) -> None:
        self._make, self._options, self._sets_rate = make, options, sets_rate
        values = [variable.value.detach() for variable in variables]
        tried, parameters = self._step([torch.zeros_like(value) for value in values], values, {}, None)
        self._places: Places = [
            (index, name)
            for index, parameter in enumerate(parameters)
            for name, part in tried.state.get(parameter, {}).items()
            if isinstance(part, torch.Tensor)
        ]
        self.state = [
            (f"{variables[index].name}_{name}", np.zeros_like(tried.state[parameters[index]][name].cpu().numpy()))
            for index, name in self._places
        ]

    def update(
        self,
        gradients: Sequence[Tensor],
        values: Sequence[Tensor],
        state: Sequence[Tensor],
        learning_rate: Tensor,
        steps: Tensor,
    ) -> tuple[list[Tensor], list[Tensor]]:
        """New values, and the tensors of the new state; before the first step the optimizer makes that itself."""
        if is_fake(steps):
            raise Untraceable("An optimizer of PyTorch steps in a function that is recorded.")
        kept: dict[int, dict[str, Any]] = {}
        if int(steps):
            for (index, name), part in zip(self._places, state, strict=True):
                kept.setdefault(index, {})[name] = part.detach().clone()
        rate = float(learning_rate) if self._sets_rate else None
        optimizer, parameters = self._step(gradients, values, kept, rate)
        parts = [optimizer.state[parameters[index]][name].detach() for index, name in self._places]
        return [parameter.detach() for parameter in parameters], parts

    def _step(
        self, gradients: Sequence[Tensor], values: Sequence[Tensor], kept: dict[int, dict[str, Any]], rate: float | None
    ) -> tuple[Any, list[Any]]:
        parameters = [torch.nn.Parameter(value.detach().clone()) for value in values]
        groups = []
        for parameter, gradient, options in zip(parameters, gradients, self._options, strict=True):
            if options is not None:
                parameter.grad = gradient.detach().clone()
                groups.append({"params": [parameter], **options, **({} if rate is None else {"lr": rate})})
        optimizer = self._make(groups)
        for index, state in kept.items():
            optimizer.state[parameters[index]] = state
        with torch.enable_grad():  # in a context without the step in progress, in which ``x += y`` makes a new tensor
            contextvars.Context().run(optimizer.step)
        return optimizer, parameters


def wrap_optimizer(optimizer: object) -> TorchOptimizer | None:
    """How to run an optimizer of PyTorch; None for what is none."""
    made_by = optimizer.func if isinstance(optimizer, functools.partial) else optimizer
    is_class = isinstance(made_by, type) and issubclass(made_by, torch.optim.Optimizer)
    return TorchOptimizer(optimizer) if is_class or isinstance(optimizer, torch.optim.Optimizer) else None


__all__ = ["TorchOptimizer", "TorchSteps", "wrap_optimizer"]
