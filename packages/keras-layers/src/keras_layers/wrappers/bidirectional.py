"""Bidirectional: a recurrent layer in both directions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from keras_core import InputSpec, Layer, layers, ops
from keras_core.models import clone_layer

from keras_layers.checks import choice, describe

if TYPE_CHECKING:
    from keras_core.typing import Tensor

_MERGE_MODES = ("sum", "mul", "ave", "concat", None)
_NEEDED = ("go_backwards", "return_sequences", "return_state")


class Bidirectional(Layer):
    """Runs a recurrent layer in both directions of time, and merges the outputs.

    Outputs of the backward layer are put in the order of time. Weights are those of the forward layer, then those of
    the backward layer.

    Args:
        layer: a recurrent layer such as ``LSTM(8)``; copies of it are used.
        merge_mode: how outputs are merged: "concat", "sum", "mul" or "ave"; None returns a list of both. Defaults to
            "concat".
        weights: initial weights, as `set_weights` takes them; None takes the initializers'. Defaults to None.
        backward_layer: layer of the backward direction, with the opposite `go_backwards`; None copies `layer`. Defaults
            to None.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        sequences: tensor ``(batch, steps, features)``.
        initial_state: list of the forward states, then as many backward states; None starts from zeros.
        mask: booleans ``(batch, steps)``; steps where it is False leave the states as they are.
        training: whether to apply dropout.
        constants: tensors that the cells get at every step.

    Input shape:
        ``(batch, steps, features)``

    Output shape:
        ``(batch, 2 * units)`` with "concat", else ``(batch, units)``; with `return_sequences` there is an axis of steps
        after the batch.
        With `return_state` a list of this, the forward states and the backward states.

    Raises:
        ValueError: if a layer is not recurrent, `backward_layer` does not mirror `layer`, `merge_mode` is unknown, or
            `initial_state` holds an odd number of tensors.

    Example:
        >>> import numpy as np
        >>> from keras_layers import GRU, Bidirectional
        >>> tuple(Bidirectional(GRU(4))(np.zeros((2, 3, 5), "float32")).shape)
        (2, 8)

    Reference: Schuster and Paliwal, 1997, https://doi.org/10.1109/78.650093
    """

    def __init__(
        self,
        layer: Layer,
        merge_mode: str | None = "concat",
        weights: Any = None,
        backward_layer: Layer | None = None,
        **kwargs: Any,
    ) -> None:
        _check_recurrent("layer", layer)
        given = {name: value for name, value in layer._input_arguments.items() if name not in kwargs}
        super().__init__(weights=weights, **given, **kwargs)
        self.merge_mode = choice(self, "merge_mode", merge_mode, _MERGE_MODES)
        self.forward_layer: Any = _copy(layer, "forward_")
        if backward_layer is None:
            self.backward_layer: Any = _copy(layer, "backward_", go_backwards=not self.forward_layer.go_backwards)
        else:
            _check_recurrent("backward_layer", backward_layer)
            self._check_mirrored(layer, backward_layer)
            self.backward_layer = _copy(backward_layer, "backward_")
        self.return_sequences: bool = self.forward_layer.return_sequences
        self.return_state: bool = self.forward_layer.return_state
        self.stateful: bool = self.forward_layer.stateful
        if self.return_sequences:
            self.forward_layer.zero_output_for_mask = True
            self.backward_layer.zero_output_for_mask = True
        self.input_spec = InputSpec(min_ndim=3)
        self.supports_masking = True

    @property
    def layer(self) -> Any:
        """The copy of the given layer, which runs forward."""
        return self.forward_layer

    def _check_mirrored(self, layer: Any, backward_layer: Any) -> None:
        expected = {
            "go_backwards": not layer.go_backwards,
            "return_sequences": layer.return_sequences,
            "return_state": layer.return_state,
            "stateful": layer.stateful,
        }
        for name, value in expected.items():
            if getattr(backward_layer, name) != value:
                raise ValueError(
                    f"{describe(self)}: backward_layer must have {name}={value} to go with layer, "
                    f"got {getattr(backward_layer, name)}."
                )

    def build(self, input_shape: Any) -> None:
        for layer in (self.forward_layer, self.backward_layer):
            if not layer.built:
                layer.build(input_shape)
                layer.built = True

    def __call__(self, sequences: Any, initial_state: Any = None, constants: Any = None, **kwargs: Any) -> Any:
        if initial_state is not None:
            kwargs["initial_state"] = initial_state
        if constants is not None:
            for layer in (self.forward_layer, self.backward_layer):
                kwargs["constants"] = layer.expect_constants(constants)
        return super().__call__(sequences, **kwargs)

    def call(
        self,
        sequences: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: bool | None = None,
        constants: Any = None,
    ) -> Any:
        if isinstance(sequences, (list, tuple)):
            sequences, *rest = sequences
            initial_state = rest or initial_state
        mask = mask[0] if isinstance(mask, (list, tuple)) else mask
        states = list(initial_state or ())
        if len(states) % 2:
            raise ValueError(
                f"{describe(self)}: initial_state must hold the forward states, then as many backward states, "
                f"got {len(states)}."
            )
        half = len(states) // 2
        options = {"mask": mask, "training": training}
        if constants is not None:
            options["constants"] = constants
        forward = self.forward_layer(sequences, initial_state=states[:half] or None, **options)
        backward = self.backward_layer(sequences, initial_state=states[half:] or None, **options)
        new_states: list[Any] = []
        if self.return_state:
            new_states = [*forward[1:], *backward[1:]]
            forward, backward = forward[0], backward[0]
        for layer, output in ((self.forward_layer, forward), (self.backward_layer, backward)):
            if isinstance(output, (list, tuple, dict)):
                raise ValueError(
                    f"{describe(self)}: call() of {describe(layer)} returned {len(output)} outputs, expected one "
                    "tensor to merge (after it the states, with return_state=True). Return one from call(), or use the "
                    "layer twice yourself, once with go_backwards=True."
                )
        if self.return_sequences:
            backward = ops.flip(backward, 1)
        return self._result(forward, backward, new_states)

    def _result(self, forward: Tensor, backward: Tensor, states: list[Any]) -> Any:
        if self.merge_mode is None:
            return [forward, backward, *states]
        merged = _MERGES[self.merge_mode](forward, backward)
        return [merged, *states] if states else merged

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        mask = mask[0] if isinstance(mask, (list, tuple)) else mask
        of_output = mask if self.return_sequences else None
        outputs = [of_output] * (2 if self.merge_mode is None else 1)
        if self.return_state:
            count = 2 * len(_flat(self.forward_layer.state_size))
            return [*outputs, *[None] * count]
        return outputs if self.merge_mode is None else of_output

    def reset_states(self) -> None:
        """Set the carried states of both directions to zero."""
        self.forward_layer.reset_states()
        self.backward_layer.reset_states()

    def reset_state(self) -> None:
        """Another name of `reset_states`."""
        self.reset_states()

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "merge_mode": self.merge_mode,
            "layer": layers.serialize(self.forward_layer),
            "backward_layer": layers.serialize(self.backward_layer),
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        config = {name: value for name, value in config.items() if name != "num_constants"}
        for name in ("layer", "backward_layer"):
            if isinstance(config.get(name), Mapping):
                config[name] = layers.deserialize(config[name], custom_objects=custom_objects)
        return super().from_config(config)


_MERGES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "concat": lambda a, b: ops.concatenate([a, b], axis=-1),
    "sum": ops.add,
    "mul": ops.multiply,
    "ave": lambda a, b: ops.divide(ops.add(a, b), 2),
}


def _check_recurrent(argument: str, layer: Any) -> None:
    if not isinstance(layer, Layer) or not all(hasattr(layer, name) for name in _NEEDED):
        raise ValueError(
            f"Bidirectional: {argument} must be a recurrent layer, with {', '.join(_NEEDED)}, got {layer!r}. "
            "Give one such as LSTM(8), GRU(8) or RNN(cell)."
        )


def _copy(layer: Layer, prefix: str, **changes: Any) -> Any:
    """A layer of the same config, its name prefixed."""
    return clone_layer(layer, name=prefix + layer.name.removeprefix("forward_").removeprefix("backward_"), **changes)


def _flat(sizes: Any) -> list[Any]:
    if isinstance(sizes, list):
        return [one for size in sizes for one in _flat(size)]
    return [sizes]
