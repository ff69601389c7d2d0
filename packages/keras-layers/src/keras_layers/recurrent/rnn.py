"""RNN: runs a cell along the time axis."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core import Layer, Variable, layers, ops, tree

from keras_layers.checks import describe, fitting_mask
from keras_layers.recurrent.cells import (
    build_cell,
    call_cell,
    cell_dropout,
    initial_states,
    is_cell,
    output_shape,
    parts_of,
    size_shape,
    state_sizes,
)
from keras_layers.recurrent.stacked_rnn_cells import StackedRNNCells
from keras_layers.shapes import is_symbolic, mask_like, static_shape

if TYPE_CHECKING:
    from keras_core.typing import Shape, Tensor


class RNN(Layer):
    """Runs a cell over the time steps of sequences.

    A cell is a layer, or another object, with ``call(inputs, states) -> (output, new_states)`` and `state_size`, an
    integer or a list with one for each state; `build`, `output_size` and `get_initial_state` are optional. Layers and
    Variables that an object which is no layer keeps as attributes are weights of this layer.

    Args:
        cell: a cell, or a list of cells, which are stacked.
        return_sequences: whether to return the outputs of all steps instead of the last one. Defaults to False.
        return_state: whether to return the final states too. Defaults to False.
        go_backwards: whether to process the steps from last to first; outputs are in the order they are computed.
            Defaults to False.
        stateful: whether each batch starts from the final states of the previous one; needs a fixed batch size, as in
            ``Input(batch_shape=(32, 10, 8))``. Defaults to False.
        unroll: whether to unroll the loop over time, for short sequences of known length. Defaults to False.
        zero_output_for_mask: whether outputs at masked steps are 0 instead of the previous output. Defaults to False.
        **kwargs: `name`, `dtype`, `trainable` and the other arguments of `Layer`.

    Call arguments:
        sequences: tensor ``(batch, steps, ...)``, or a list of it, the initial states and the constants.
        initial_state: list of tensors, one for each state; None starts from the cell's initial state.
        mask: booleans ``(batch, steps)``; steps where it is False leave the states as they are.
        training: whether to apply dropout.
        constants: tensors that the cell gets at every step.

    Input shape:
        ``(batch, steps, ...)``

    Output shape:
        ``(batch, output_size)``, or ``(batch, steps, output_size)`` with `return_sequences`.
        With `return_state` a list of this and the final states.

    Raises:
        ValueError: if `cell` is not a cell, `initial_state` holds the wrong number of tensors, `stateful` has no fixed
            batch size or gets a batch of another, `unroll` has no known length, or the mask is not of the batch and
            steps.

    Example:
        >>> import numpy as np
        >>> from keras_layers import RNN, LSTMCell
        >>> layer = RNN([LSTMCell(4), LSTMCell(2)], return_sequences=True)
        >>> tuple(layer(np.zeros((2, 3, 5), "float32")).shape)
        (2, 3, 2)
    """

    _untracked = Layer._untracked | {"states"}

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if isinstance(cell, (list, tuple)):
            cell = StackedRNNCells(cell)
        if not is_cell(cell):
            raise ValueError(
                f"{describe(self)}: cell must have call(inputs, states) and state_size, got {cell!r}. Give a cell "
                "such as LSTMCell(8), or a list of cells."
            )
        self.cell = cell
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.stateful = stateful
        self.unroll = unroll
        self.zero_output_for_mask = zero_output_for_mask
        self.supports_masking = True
        self.states: list[Variable] | None = None
        self._constants_shapes: list[Shape] = []
        self._num_constants: int | None = None

    # -- building

    @property
    def state_size(self) -> Any:
        return self.cell.state_size

    @property
    def output_size(self) -> Any:
        shape = output_shape(self.cell)
        return shape[0] if len(shape) == 1 else shape

    def build(self, input_shape: Any) -> None:
        sequences, *others = input_shape if _is_list_of_shapes(input_shape) else [input_shape]
        if self._num_constants and len(others) >= self._num_constants:
            self._constants_shapes = [tuple(shape) for shape in others[-self._num_constants :]]
        step: Any = (sequences[0], *sequences[2:])
        build_cell(self.cell, [step, *self._constants_shapes] if self._constants_shapes else step)
        self._parts_of_cell = parts_of(self.cell)
        if self.stateful:
            self.states = self._make_states(sequences)

    def get_build_config(self) -> dict[str, Any] | None:
        """The shapes that `build` was called with, those of constants included."""
        config = super().get_build_config()
        if not config or not self._constants_shapes:
            return config
        shape = config["input_shape"]
        sequences = shape[0] if _is_list_of_shapes(shape) else shape
        return {"input_shape": [sequences, *self._constants_shapes]}

    def expect_constants(self, constants: Any) -> list[Tensor]:
        """Note the constants that the layer is about to be called with, and so built for.

        Args:
            constants: tensor or list of tensors.

        Returns:
            Them as a list.
        """
        listed = _listed(constants)
        self._constants_shapes = [tuple(static_shape(one)) for one in listed]
        self._num_constants = len(listed)
        return listed

    def _make_states(self, shape: Shape) -> list[Variable]:
        if shape[0] is None:
            raise ValueError(
                f"{describe(self)} is stateful and needs a fixed batch size, got input shape {tuple(shape)}. Give "
                "batch_shape=(batch, time, features) to Input, or batch_input_shape to the first layer."
            )
        sizes = tree.flatten([_sizes_as_leaves(size) for size in state_sizes(self.cell)])
        return [
            Variable(0, shape=(shape[0], *size.shape), dtype=self.compute_dtype, trainable=False, name="rnn_state")
            for size in sizes
        ]

    def carried_variables(self) -> list[Variable]:
        """States that are carried from batch to batch; they are not weights and not saved."""
        return list(self.states or ())

    def reset_states(self, states: Any = None) -> None:
        """Set the carried states to zero, or to the arrays `states`.

        Raises:
            ValueError: if the layer is not stateful or not built, or shapes do not fit.
        """
        if not self.stateful:
            raise ValueError(f"{describe(self)} keeps no states to reset; make it with stateful=True.")
        if self.states is None:
            raise ValueError(f"{describe(self)} has no states before it is built. Call the model on data first.")
        values = [np.zeros(v.shape, v.dtype) for v in self.states] if states is None else tree.flatten(states)
        if len(values) != len(self.states):
            raise ValueError(f"{describe(self)} has {len(self.states)} states, got {len(values)} arrays for them.")
        for variable, value in zip(self.states, values, strict=True):
            if np.shape(value) != variable.shape:
                raise ValueError(
                    f"{describe(self)} has a state of shape {variable.shape}, got an array of shape {np.shape(value)}."
                )
            variable.assign(value)

    def reset_state(self, states: Any = None) -> None:
        """Another name of `reset_states`."""
        self.reset_states(states)

    def get_initial_state(self, batch_size: Any = None, inputs: Any = None) -> list[Any]:
        """The initial states of sequences.

        Args:
            batch_size: an int or scalar tensor; in Keras 2's way, the sequences themselves.
            inputs: the sequences, instead of `batch_size`.
        """
        if inputs is None and getattr(batch_size, "shape", ()) != () and len(static_shape(batch_size)) > 1:
            inputs, batch_size = batch_size, None
        if batch_size is None:
            batch_size = ops.shape(inputs)[0]
        return initial_states(self.cell, inputs, batch_size, self.compute_dtype)

    # -- calling

    def __call__(self, sequences: Any, initial_state: Any = None, constants: Any = None, **kwargs: Any) -> Any:
        if initial_state is not None:
            kwargs["initial_state"] = initial_state
        if constants is not None:
            kwargs["constants"] = self.expect_constants(constants)
        return super().__call__(sequences, **kwargs)

    def call(
        self,
        sequences: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: bool | None = None,
        constants: Any = None,
    ) -> Any:
        sequences, initial_state, constants = self._separate(sequences, initial_state, constants)
        mask = mask[0] if isinstance(mask, (list, tuple)) else mask
        if mask is not None:
            fitting_mask(self, static_shape(mask), static_shape(sequences)[:2])
        if self.unroll and static_shape(sequences)[1] is None:
            raise ValueError(
                f"{describe(self)}: unroll=True needs sequences of known length, got shape "
                f"{static_shape(sequences)}. Fix the length in Input, or leave unroll out."
            )
        states = self._begin(sequences, initial_state)
        outputs, last, states = self._run(sequences, states, mask, training, constants)
        if self.states is not None and not is_symbolic(outputs):
            for variable, value in zip(self.states, tree.flatten(states), strict=True):
                variable.assign(value)
        if self.return_sequences and self.zero_output_for_mask and mask is not None:
            outputs = self._zeroed(outputs, mask)
        result = outputs if self.return_sequences else last
        return [result, *states] if self.return_state else result

    def _separate(self, sequences: Any, initial_state: Any, constants: Any) -> tuple[Tensor, Any, list[Tensor]]:
        """Sequences, states and constants, from one list or from arguments of their own."""
        if isinstance(sequences, (list, tuple)):
            sequences, *rest = sequences
            if self._num_constants and constants is None and len(rest) >= self._num_constants:
                constants, rest = rest[-self._num_constants :], rest[: -self._num_constants]
            count = len(tree.flatten([_sizes_as_leaves(size) for size in state_sizes(self.cell)]))
            if rest and initial_state is None:
                initial_state, rest = rest[:count], rest[count:]
            constants = rest or constants
        return sequences, initial_state, _listed(constants)

    def _begin(self, sequences: Tensor, given: Any) -> list[Any]:
        form = [_sizes_as_leaves(size) for size in state_sizes(self.cell)]
        if given is None and self.states is not None:
            self._check_batch(sequences)
            kept: list[Any] = tree.pack_sequence_as(form, [variable.value for variable in self.states])
            return kept
        if given is None:
            return self.get_initial_state(inputs=sequences)
        leaves = tree.flatten(given)
        expected = len(tree.flatten(form))
        if len(leaves) != expected:
            raise ValueError(
                f"{describe(self)}: initial_state must hold {expected} tensors, one for each state, got {len(leaves)}."
            )
        leaves = [ops.cast(leaf, self.compute_dtype) for leaf in leaves]
        states: list[Any] = tree.pack_sequence_as(form, leaves)
        return states

    def _check_batch(self, sequences: Tensor) -> None:
        """Refuse a batch of another size than that of the states carried from the last one."""
        for variable in self.states or ():
            kept, got = variable.shape[0], static_shape(sequences)[0]
            if got not in (None, kept):
                raise ValueError(
                    f"{describe(self)} is stateful and keeps the states of {kept} sequences, got a batch of {got}. "
                    f"Give batches of {kept}: batch_size={kept} in fit, evaluate and predict, and as many sequences "
                    "as it divides."
                )

    def _run(
        self, sequences: Tensor, states: list[Any], mask: Any, training: bool | None, constants: list[Tensor]
    ) -> tuple[Tensor, Tensor, list[Any]]:
        """Outputs of all steps, the last output and the last states."""
        drop = cell_dropout(self.cell, ops.getitem(sequences, (slice(None), 0)), states, training)
        options = {"training": training, **({"constants": constants} if constants else {}), **drop}
        return self._scan(sequences, states, mask, options)

    def _scan(
        self, sequences: Tensor, states: list[Any], mask: Any, options: dict[str, Any]
    ) -> tuple[Tensor, Tensor, list[Any]]:
        """`_run`, by calling the cell with `options` at every step."""
        rows = ops.swapaxes(sequences, 0, 1)
        keep = None if mask is None else ops.swapaxes(ops.cast(mask, "bool"), 0, 1)
        if self.go_backwards:
            rows = ops.flip(rows, 0)
            keep = None if keep is None else ops.flip(keep, 0)

        def step(carry: list[Any], row: Tensor) -> tuple[list[Any], Tensor]:
            output, new = self._step(row, carry, options)
            return tree.pack_sequence_as(carry, tree.flatten(new)), output

        def masked_step(carry: list[Any], row: list[Tensor]) -> tuple[list[Any], Tensor]:
            _, *old = carry
            x, here = row
            output, new = self._step(x, old, options)
            pairs = zip([output, *tree.flatten(new)], tree.flatten(carry), strict=True)
            kept = [ops.where(mask_like(here, a), a, b) for a, b in pairs]
            return tree.pack_sequence_as(carry, kept), kept[0]

        unroll = self.unroll or 1
        if keep is None:
            states, outputs = ops.scan(step, states, rows, unroll=unroll)
        else:
            start = self._no_output(rows, states, options)
            (_, *states), outputs = ops.scan(masked_step, [start, *states], [rows, keep], unroll=unroll)
        outputs = ops.swapaxes(outputs, 0, 1)
        return outputs, ops.getitem(outputs, (slice(None), -1)), list(states)

    def _no_output(self, rows: Tensor, states: list[Any], options: dict[str, Any]) -> Tensor:
        """Zeros, which are the output of steps that do not count before the first that does."""
        shape = output_shape(self.cell)
        if None in shape:  # as that of a convolution over images of any size
            return ops.zeros_like(self._step(ops.getitem(rows, 0), states, options)[0])
        return ops.zeros((ops.shape(rows)[1], *shape), dtype=self.compute_dtype)

    def _step(self, row: Tensor, states: list[Any], options: dict[str, Any]) -> tuple[Tensor, list[Any]]:
        """One step: the output and the new states."""
        return call_cell(self.cell, row, states, options)

    def _zeroed(self, outputs: Tensor, mask: Tensor) -> Tensor:
        if self.go_backwards:
            mask = ops.flip(mask, 1)
        return ops.multiply(outputs, ops.cast(mask_like(mask, outputs), ops.dtype(outputs)))

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        mask = mask[0] if isinstance(mask, (list, tuple)) else mask
        of_output = mask if self.return_sequences else None
        if not self.return_state:
            return of_output
        return [of_output, *(None for _ in tree.flatten([_sizes_as_leaves(s) for s in state_sizes(self.cell)]))]

    # -- config

    def _flags(self) -> dict[str, Any]:
        return {
            "return_sequences": self.return_sequences,
            "return_state": self.return_state,
            "go_backwards": self.go_backwards,
            "stateful": self.stateful,
            "unroll": self.unroll,
            "zero_output_for_mask": self.zero_output_for_mask,
        }

    def get_config(self) -> dict[str, Any]:
        constants = {"num_constants": self._num_constants} if self._num_constants else {}
        return {**super().get_config(), **self._flags(), "cell": layers.serialize(self.cell), **constants}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None) -> Any:
        constants = config.get("num_constants")
        config = {name: value for name, value in config.items() if name != "num_constants"}
        if isinstance(config.get("cell"), Mapping):
            config["cell"] = layers.deserialize(config["cell"], custom_objects=custom_objects)
        layer = super().from_config(config)
        layer._num_constants = constants  # noqa: SLF001  (an RNN; the base's type is any layer)
        return layer


class _Size:
    """A state's shape as one leaf of a structure."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape


def _sizes_as_leaves(size: Any) -> Any:
    """A size of `state_sizes` with every state's shape as one leaf; a list belongs to a stacked cell."""
    return [_sizes_as_leaves(one) for one in size] if isinstance(size, list) else _Size(size_shape(size))


def _is_list_of_shapes(shape: Any) -> bool:
    return bool(shape) and isinstance(shape[0], (list, tuple))


def _listed(value: Any) -> list[Any]:
    return [] if value is None else list(value) if isinstance(value, (list, tuple)) else [value]
