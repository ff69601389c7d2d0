"""A layer's call as a pure function of the values of its variables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend import discovery as backends
from keras_core.backend.placement import on_device_of
from keras_core.staging.stateless import StatelessCall
from keras_core.staging.trace import active_trace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.staging.variable import Variable
    from keras_core.typing import Tensor, TensorTree


class PureCall:
    """The part of `Layer` behind `stateless_call`."""

    if TYPE_CHECKING:
        name: str
        backend_name: str
        device_name: str | None

        @property
        def built(self) -> bool: ...

        @property
        def trainable_variables(self) -> list[Variable]: ...

        @property
        def non_trainable_variables(self) -> list[Variable]: ...

        def _weight_penalties(self) -> list[Tensor]: ...

        def __call__(self, *args: Any, **kwargs: Any) -> TensorTree: ...

    def stateless_call(
        self,
        trainable_variables: Sequence[Tensor],
        non_trainable_variables: Sequence[Tensor],
        *args: Any,
        return_losses: bool = False,
        **kwargs: Any,
    ) -> tuple[Any, ...]:
        """Call the layer with given values of its variables, assigning none: a pure function, as `jax.grad` takes it.

        Args:
            trainable_variables: a value for each of `trainable_variables`.
            non_trainable_variables: a value for each of `non_trainable_variables`.
            *args: arguments of the call.
            return_losses: whether to return the losses of the call and of the weights' regularizers, too.
            **kwargs: keyword arguments of the call.

        Returns:
            ``(outputs, non_trainable_variables)``, the latter with their new values, and the list of losses where
            `return_losses` is True.

        Raises:
            ValueError: if the layer is not built, or for another number of values.
        """
        if not self.built:
            raise ValueError(
                f"Layer {self.name!r} is not built: stateless_call() needs its variables. "
                "Call it on data, or call build(input_shape), before."
            )
        outer = active_trace()
        with (
            on_device_of(self),
            StatelessCall(
                backends.load(self.backend_name),
                (self.trainable_variables, trainable_variables),
                (self.non_trainable_variables, non_trainable_variables),
                owner=f"Layer {self.name!r}",
            ) as scope,
        ):
            outputs = self(*args, **kwargs)
            _, state = scope.values()
            losses = [one for _, one in scope.losses] + self._weight_penalties() if return_losses else []
        if return_losses:
            return outputs, state, losses
        if outer is not None:
            outer.losses.extend(scope.losses)
        return outputs, state
