"""Losses that a layer adds to the model's, and updates in Keras 2's style."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import ops, tree
from keras_core.argument_names import also_named
from keras_core.graph.keras_tensor import REPLAYING, KerasTensor
from keras_core.graph.topology import depends_beyond
from keras_core.layers.call_context import active_context
from keras_core.layers.weights import LayerWeights
from keras_core.metrics.means import Mean
from keras_core.ops.properties import dtype_of, shape_of
from keras_core.returned import something
from keras_core.staging.loop_losses import active_loop_losses
from keras_core.staging.trace import active_trace
from keras_core.staging.variable import Variable

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core.typing import Tensor, TensorTree


class AddedLosses(LayerWeights):
    """The part of `Layer` behind `add_loss` and `losses`."""

    if TYPE_CHECKING:
        _losses: list[Any]

    @also_named(loss="losses")
    def add_loss(self, loss: TensorTree, inputs: TensorTree = None) -> None:
        """Add a scalar (or several) to what training minimizes; usually called in `call`.

        A layer that is called in the steps of a loop, as the cell of a recurrent layer is, adds the sum of its losses
        in all steps, however the loop is run.

        Where several processes compute the rows of a batch, a scalar counts as a mean over rows. Give a sum over rows
        as their values, (rows,), of which the sum over all is minimized, or by `layers.sum_over_batch`.

        Args:
            loss: a scalar tensor, a function that gives one, or a list of these; also by Keras 2's name `losses`. A
                function that is added outside of calls, as in ``__init__``, is called whenever the losses are asked
                for.
            inputs: accepted for Keras 2; not needed.
        """
        trace, context = active_trace(), active_context()
        for one in loss if isinstance(loss, (list, tuple)) else [loss]:
            if _is_function(one) and (context is not None or trace is not None):
                one = one()  # of this call alone
            if isinstance(one, KerasTensor):
                if context is None:
                    self._losses.append(one)
                elif context.symbolic_losses is not None:
                    context.symbolic_losses.append((self, one))
            elif trace is None and context is not None and context.symbolic_losses is not None:
                continue  # calls on values add it
            elif (loop := active_loop_losses()) is not None:
                loop.losses.append((self, one))
            elif trace is None:
                self._losses.append(one)
            else:
                trace.losses.append((self, one))

    def _keep_losses_beyond(
        self, arguments: list[KerasTensor], since: int, outer: list[tuple[Any, KerasTensor]] | None
    ) -> None:
        """Keep the losses of a symbolic call that use tensors of the graph besides its arguments.

        The others are added again when the graph runs, which calls the layer on values of the arguments alone.

        Args:
            arguments: the symbolic arguments of the call.
            since: the lowest order of a node that the call made.
            outer: the losses of the symbolic call around this one, which judges by its own arguments; None without one.
        """
        context = active_context()
        assert context is not None
        found = [pair for pair in context.symbolic_losses or () if depends_beyond(pair[1], arguments, since)]
        context.symbolic_losses = outer
        if outer is not None:
            outer.extend(found)
        elif not REPLAYING.get():
            for layer, loss in found:
                layer._losses.append(loss)

    def _add_activity_losses(self, regularizer: Callable[[Any], Any], outputs: Any) -> None:
        """Penalize each output by its mean over the samples, so that the size of a batch does not matter."""
        for output in tree.flatten(outputs):
            if output is not None:
                penalty = something(
                    regularizer(output), f"Layer {self.name!r}: activity_regularizer", "a scalar tensor"
                )
                if shape_of(output):
                    penalty = ops.divide(penalty, ops.cast(ops.maximum(ops.shape(output)[0], 1), dtype_of(penalty)))
                self.add_loss(penalty)

    def add_metric(self, value: Tensor, name: str | None = None, aggregation: str | None = "mean") -> None:
        """Keras 2: show the mean of a tensor in the logs; called in `call`.

        Args:
            value: a tensor.
            name: name in the logs; needed.
            aggregation: "mean", or None for a value that is a mean already.

        Raises:
            ValueError: without a name.
        """
        if name is None:
            raise ValueError(f"Layer {self.name!r}: add_metric() needs a name: add_metric(value, name='size').")
        added: dict[str, Any] = self.__dict__.setdefault("_added_metrics", {})
        if name not in added:
            added[name] = Mean(name=name)
        if not isinstance(value, KerasTensor):
            added[name].update_state(value)

    def add_update(self, updates: object, inputs: TensorTree = None) -> None:
        """Apply Keras 2 updates: pairs (variable, new value); what K.update gives is applied already."""
        for update in updates if isinstance(updates, list) else [updates]:
            if isinstance(update, tuple) and len(update) == 2 and isinstance(update[0], Variable):
                update[0].assign(update[1])

    @property
    def losses(self) -> list[Tensor]:
        """Scalars added by the last call of this layer and those in it, and the weights' regularizers."""
        layers = list(self._flatten_layers())
        inside = {id(layer) for layer in layers}
        trace = active_trace()
        found: list[Any] = []
        while trace is not None:
            found = [one for layer, one in trace.losses if id(layer) in inside] + found
            trace = trace.outer
        traced = active_trace() is not None
        for layer in layers:
            found += [one for one in layer._losses if not traced or _is_function(one)]  # values are of earlier calls
        found = [one() if _is_function(one) else one for one in found]
        return found + self._weight_penalties()

    def _weight_penalties(self) -> list[Tensor]:
        """What the regularizers of the trainable weights add to the losses."""
        return [
            something(v.regularizer(v), f"The regularizer of {v.path!r}", "a scalar tensor")
            for v in self.trainable_weights
            if v.regularizer is not None
        ]

    def clear_losses(self) -> None:
        """Forget the values that calls on concrete tensors added."""
        for layer in self._flatten_layers():
            if layer._losses:
                layer._losses = [one for one in layer._losses if isinstance(one, KerasTensor) or _is_function(one)]

    def get_losses_for(self, inputs: TensorTree) -> list[Tensor]:
        """Keras 2's way to ask for losses: those of the weights for None, else those that calls added.

        Args:
            inputs: None, or the inputs of a call.
        """
        penalties = self._weight_penalties()
        if inputs is None:
            return penalties
        found = self.losses
        return found[: len(found) - len(penalties)]

    def get_updates_for(self, inputs: TensorTree) -> list[Any]:
        """Always empty: assignments happen in `call`.

        Args:
            inputs: ignored.
        """
        return []

    @property
    def updates(self) -> list[Any]:
        """Always empty: assignments happen in `call`."""
        return []


def _is_function(loss: Any) -> bool:
    return callable(loss) and not isinstance(loss, KerasTensor)
