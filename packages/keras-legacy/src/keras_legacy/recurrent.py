"""Bases of recurrent layers written for Keras 1 and 2.0, which say what one step computes."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import InputSpec, KerasTensor, Layer, Variable, config, ops

from keras_legacy.backend.control import rnn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.typing import DataFormat, Size, Tensor


class Recurrent(Layer):
    """Base of recurrent layers of Keras 1 and 2.0: a subclass has weights, `units`, `states` and `step`.

    Its `call` runs `step` over the time axis; new code writes a cell and gives it to `keras.layers.RNN`.

    Args:
        return_sequences: whether to return the outputs of all steps instead of the last one. Defaults to False.
        return_state: whether to return the final states too. Defaults to False.
        go_backwards: whether to process the steps from last to first; outputs are in the order they are computed.
            Defaults to False.
        stateful: whether each batch starts from the final states of the previous one; needs a fixed batch size.
            Defaults to False.
        unroll: whether to unroll the loop over time, for sequences of known length. Defaults to False.
        implementation: accepted; the backend decides how the loop is computed. Defaults to 0.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`; `input_dim` and `input_length` give
            the input's shape.

    Call arguments:
        inputs: tensor ``(batch, steps, features)``, or a list of it and initial states.
        mask: booleans ``(batch, steps)``; steps where it is False leave the states as they are.
        training: given to `preprocess_input` and `get_constants`.
        initial_state: list of tensors, one for each state; None takes what `get_initial_state` gives.

    Input shape:
        ``(batch, steps, features)``

    Output shape:
        ``(batch, units)``, or ``(batch, steps, units)`` with `return_sequences`, for the first state's size.

    Raises:
        NotImplementedError: if the subclass has no `step`.
        ValueError: if `stateful` has no fixed batch size.

    Example:
        >>> import numpy as np
        >>> from keras_legacy import Recurrent
        >>> class Sum(Recurrent):
        ...     units = 3
        ...     def step(self, x, states):
        ...         return states[0] + x, [states[0] + x]
        >>> np.asarray(Sum()(np.ones((1, 4, 3), "float32"))).tolist()
        [[4.0, 4.0, 4.0]]
    """

    states: list[Any] | None = None
    _untracked = Layer._untracked | {"states"}

    def __init__(
        self,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        implementation: int = 0,
        **kwargs: Any,
    ) -> None:
        if "input_dim" in kwargs or "input_length" in kwargs:
            shape = (kwargs.pop("input_length", None), kwargs.pop("input_dim", None))
            kwargs.setdefault("input_shape", shape)
        super().__init__(**kwargs)
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.stateful = stateful
        self.unroll = unroll
        self.implementation = implementation
        self.supports_masking = True
        self.input_spec: Any = [InputSpec(ndim=3)]

    def step(self, inputs: Tensor, states: list[Tensor]) -> tuple[Tensor, Sequence[Tensor]]:
        """One step, which a subclass defines.

        Args:
            inputs: one time step ``(batch, ...)`` of what `preprocess_input` gave.
            states: the states, then what `get_constants` gave.

        Returns:
            Pair of the output and the list of new states.

        Raises:
            NotImplementedError: if the subclass has none.
        """
        raise NotImplementedError(
            f"{type(self).__name__} {self.name!r} needs a method step(inputs, states) that returns (output, states)."
        )

    def preprocess_input(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        """What the steps get, for all steps at once: the inputs as they are.

        Args:
            inputs: tensor ``(batch, steps, ...)``.
            training: whether the call is for training.
        """
        return inputs

    def get_constants(self, inputs: Tensor, training: bool | None = None) -> list[Tensor]:
        """What every step gets behind its states: nothing.

        Args:
            inputs: tensor ``(batch, steps, ...)``.
            training: whether the call is for training.
        """
        return []

    def get_initial_state(self, inputs: Tensor) -> list[Tensor]:
        """Zeros ``(batch, units)``, one for each state.

        Args:
            inputs: tensor ``(batch, steps, ...)``.
        """
        size = self._units()
        zeros = ops.zeros((ops.shape(inputs)[0], size), dtype=self.compute_dtype)
        return [zeros for _ in (self.states or [None])]

    def _units(self) -> int:
        for name in ("units", "output_dim"):
            if isinstance(getattr(self, name, None), int):
                return int(getattr(self, name))
        raise ValueError(
            f"{type(self).__name__} {self.name!r} needs an attribute 'units' or 'output_dim', or a method "
            "get_initial_state(inputs)."
        )

    def call(self, inputs: Any, mask: Any = None, training: bool | None = None, initial_state: Any = None) -> Any:
        if isinstance(inputs, (list, tuple)):
            inputs, *given = inputs
            initial_state = initial_state if initial_state is not None else given or None
        mask = mask[0] if isinstance(mask, (list, tuple)) else mask
        states = self._begin(inputs, initial_state)
        last, outputs, new = rnn(
            self.step,
            self._called(self.preprocess_input, inputs, training),
            states,
            go_backwards=self.go_backwards,
            mask=mask,
            constants=self._called(self.get_constants, inputs, training),
            unroll=self.unroll,
        )
        if not isinstance(last, KerasTensor):
            for variable, value in zip(self.carried_variables(), new, strict=False):
                variable.assign(value)
        result = outputs if self.return_sequences else last
        return [result, *new] if self.return_state else result

    def _begin(self, inputs: Tensor, given: Any) -> list[Any]:
        if given is not None:
            return list(given) if isinstance(given, (list, tuple)) else [given]
        return [one.value for one in self.carried_variables()] or list(self.get_initial_state(inputs))

    @staticmethod
    def _called(method: Any, inputs: Tensor, training: bool | None) -> Any:
        """The method's result, with `training` if it takes that: overrides of Keras 1 do not."""
        takes = "training" in inspect.signature(method).parameters
        return method(inputs, training=training) if takes else method(inputs)

    def carried_variables(self) -> list[Variable]:
        """States that are carried from batch to batch; they are not weights and not saved."""
        return [one for one in self.states or () if isinstance(one, Variable)]

    def reset_states(self, states: Any = None) -> None:
        """Set the carried states to zero, or to arrays.

        Args:
            states: arrays, one for each state; None sets zeros. Defaults to None.

        Raises:
            ValueError: if the layer is not stateful, its batch size is not fixed, or the arrays do not fit.
        """
        if not self.stateful:
            raise ValueError(f"{type(self).__name__} {self.name!r} keeps no states; make it with stateful=True.")
        if not self.carried_variables():
            batch = (self.batch_input_shape or (None,))[0]
            if batch is None:
                raise ValueError(
                    f"{type(self).__name__} {self.name!r} is stateful and needs a fixed batch size: give "
                    "batch_input_shape=(batch, steps, features)."
                )
            shape = (batch, self._units())
            self.states = [
                Variable(0, shape=shape, dtype=self.compute_dtype, trainable=False, name="rnn_state")
                for _ in (self.states or [None])
            ]
        kept = self.carried_variables()
        values = [np.zeros(one.shape) for one in kept] if states is None else list(states)
        for variable, value in zip(kept, values, strict=True):
            if np.shape(value) != variable.shape:
                raise ValueError(
                    f"{type(self).__name__} {self.name!r} has a state of shape {variable.shape}, got an array of shape "
                    f"{np.shape(value)}."
                )
            variable.assign(np.asarray(value, variable.dtype))

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        mask = mask[0] if isinstance(mask, (list, tuple)) else mask
        of_output = mask if self.return_sequences else None
        return [of_output, *(None for _ in self.states or [None])] if self.return_state else of_output

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "return_sequences": self.return_sequences,
            "return_state": self.return_state,
            "go_backwards": self.go_backwards,
            "stateful": self.stateful,
            "unroll": self.unroll,
            "implementation": self.implementation,
        }


class ConvRecurrent2D(Recurrent):
    """Base of recurrent layers over images of Keras 2.0: `Recurrent` with the arguments of a convolution.

    Args:
        filters: number of output channels.
        kernel_size: size of the windows, an integer or a tuple of two.
        strides: step between neighbouring windows, an integer or a tuple of two. Defaults to (1, 1).
        padding: "valid" or "same". Defaults to "valid".
        data_format: "channels_last" or "channels_first"; None takes `keras.config.image_data_format()`.
        dilation_rate: distance between neighbouring elements of the windows. Defaults to (1, 1).
        return_sequences: whether to return the outputs of all steps instead of the last one. Defaults to False.
        go_backwards: whether to process the steps from last to first. Defaults to False.
        stateful: whether each batch starts from the final states of the previous one. Defaults to False.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        inputs: tensor ``(batch, steps, ...)``, or a list of it and initial states.
        mask: booleans ``(batch, steps)``; steps where it is False leave the states as they are.
        training: given to `preprocess_input` and `get_constants`.
        initial_state: list of tensors, one for each state; None takes what `get_initial_state` gives.

    Input shape:
        ``(batch, steps, rows, columns, channels)``, or with the channels before the rows.

    Output shape:
        What `step` gives, with an axis of steps after the batch with `return_sequences`.

    Raises:
        NotImplementedError: if the subclass has no `step` or `get_initial_state`.

    Example:
        >>> import numpy as np
        >>> from keras_core import ops
        >>> from keras_legacy import ConvRecurrent2D
        >>> class Sum(ConvRecurrent2D):
        ...     def get_initial_state(self, inputs):
        ...         return [ops.zeros_like(inputs[:, 0])]
        ...     def step(self, x, states):
        ...         return states[0] + x, [states[0] + x]
        >>> np.asarray(Sum(1, 1)(np.ones((1, 4, 1, 1, 1), "float32"))).ravel().tolist()
        [4.0]
    """

    def __init__(
        self,
        filters: int,
        kernel_size: Size,
        strides: Size = (1, 1),
        padding: str = "valid",
        data_format: DataFormat = None,
        dilation_rate: Size = (1, 1),
        return_sequences: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(return_sequences=return_sequences, go_backwards=go_backwards, stateful=stateful, **kwargs)
        self.filters = filters
        self.kernel_size = _pair(kernel_size)
        self.strides = _pair(strides)
        self.padding = padding
        self.data_format = config.standardize_data_format(data_format)
        self.dilation_rate = _pair(dilation_rate)
        self.input_spec = [InputSpec(ndim=5)]

    def get_initial_state(self, inputs: Tensor) -> list[Tensor]:
        """The states that the first step gets, which a subclass defines.

        Args:
            inputs: tensor ``(batch, steps, ...)``.

        Raises:
            NotImplementedError: if the subclass has none.
        """
        raise NotImplementedError(f"{type(self).__name__} {self.name!r} needs a method get_initial_state(inputs).")

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "filters": self.filters,
            "kernel_size": self.kernel_size,
            "strides": self.strides,
            "padding": self.padding,
            "data_format": self.data_format,
            "dilation_rate": self.dilation_rate,
        }


def _pair(value: Size) -> tuple[int, int]:
    first, second = (value, value) if isinstance(value, int) else value
    return int(first), int(second)
