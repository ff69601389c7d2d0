"""Weights that are multiplied as floats of 8 bits, in training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core import dtypes, ops
from keras_core.layers import active_context

from keras_quantization.einsum_axes import multiplied, product_with
from keras_quantization.float8_scaling import (
    compute_float8_amax_history,
    compute_float8_scale,
    quantize_and_dequantize,
)
from keras_quantization.float_weight import FloatWeight
from keras_quantization.straight_through import straight_through

if TYPE_CHECKING:
    from keras_core import Variable
    from keras_core.typing import Tensor

FORWARD, BACKWARD = "float8_e4m3fn", "float8_e5m2"
_LARGEST = {name: float(dtypes.finfo(name).max) for name in (FORWARD, BACKWARD)}


class Float8Weight(FloatWeight):
    """A weight of floats; products with it are of floats of 8 bits, forward and backward.

    Scales follow the largest magnitudes of the last steps. Those of the inputs and of the weight are assigned where a
    step computes them, those of the output's gradient come as the gradients of their variables.

    Args:
        weight: the variable.
        inputs: scale and history of magnitudes of the inputs.
        kernel: those of the weight.
        outputs_grad: those of the gradient of the output.

    Reference: Micikevicius et al., 2022, https://arxiv.org/abs/2209.05433
    """

    def __init__(
        self,
        weight: Variable,
        inputs: tuple[Variable, Variable],
        kernel: tuple[Variable, Variable],
        outputs_grad: tuple[Variable, Variable],
    ) -> None:
        super().__init__(weight)
        self.inputs, self.kernel, self.outputs_grad = inputs, kernel, outputs_grad

    def computed(self, op: str, arguments: list[Any]) -> Any:
        """What an op gives for this weight among its arguments; None leaves it to the op.

        Args:
            op: the op's name.
            arguments: all its arguments by position.
        """
        found = product_with(self, op, arguments)
        if found is None:
            return None
        inputs, letters = found
        factors = _followed(inputs, *self.inputs), _followed(self.weight, *self.kernel)
        return self._with_rounded_gradient(multiplied(letters, *factors))

    def _with_rounded_gradient(self, outputs: Tensor) -> Tensor:
        if not _trains():
            return outputs

        @ops.custom_gradient
        def passed(x: Tensor, scale: Tensor, history: Tensor) -> Any:
            def gradient(upstream: Tensor) -> tuple[Tensor, Tensor, Tensor]:
                new = compute_float8_scale(ops.max(history), scale, _LARGEST[BACKWARD])
                rounded = quantize_and_dequantize(upstream, new, BACKWARD, ops.dtype(upstream))
                return rounded, new, compute_float8_amax_history(upstream, history)

            return ops.multiply(x, 1), gradient

        result: Tensor = passed(outputs, *self.outputs_grad)
        return result


def _trains() -> bool:
    context = active_context()
    return bool(context is not None and context.training)


def _followed(x: Any, scale: Variable, history: Variable) -> Tensor:
    """A tensor rounded by its scale, which follows the history in training."""
    found: Tensor = scale
    if _trains():
        found = compute_float8_scale(ops.max(history), scale, _LARGEST[FORWARD])
        history.assign(compute_float8_amax_history(ops.stop_gradient(x), history))
        scale.assign(found)
    dtype = ops.dtype(x)
    return straight_through(lambda value: quantize_and_dequantize(value, found, FORWARD, dtype), x)
