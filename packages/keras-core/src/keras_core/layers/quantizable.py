"""The part of `Layer` that quantizes it, which another package does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.dtype_policies.contributions import contributed
from keras_core.layers.weights import LayerWeights
from keras_core.saving.serialization import deserialize_keras_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from keras_core.dtype_policies.policy import DTypePolicy
    from keras_core.graph.operand import Operand
    from keras_core.staging.variable import Variable
    from keras_core.typing import ShapeTree, TensorTree


class Quantizable(LayerWeights):
    """The part of `Layer` that quantizes it, which another package does."""

    if TYPE_CHECKING:
        _dtype_policy: DTypePolicy

    quantization_config: Any = None
    """The `QuantizationConfig` that its weights are quantized by; None where they are not, or by the mode's own."""

    def _take_quantization_config(self, config: Any) -> None:
        """Note the constructor's argument, an object or as files hold it; None is none."""
        if isinstance(config, dict):
            config = deserialize_keras_object(config)
        if config is None:
            return
        if not hasattr(config, "policy_mode"):
            raise ValueError(
                f"{type(self).__name__}: quantization_config must be a QuantizationConfig or None, got {config!r}."
            )
        self.quantization_config = config

    @property
    def quantization_mode(self) -> str | None:
        """How weights are quantized, such as "int8"; None where they are not."""
        return self._dtype_policy.quantization_mode

    def quantize(self, mode: str | None = None, type_check: bool = True, config: Any = None) -> None:
        """Keep weights as integers from now on.

        Args:
            mode: "int8", "int4", "float8", "gptq" or "awq"; None takes that of `config`. Defaults to None.
            type_check: whether a class that only derives from one that can be quantized is refused, as its `call` may
                do what quantization does not know of. Defaults to True.
            config: a `QuantizationConfig`; None takes the mode's own. Defaults to None.

        Raises:
            ModuleNotFoundError: if the package keras-quantization is not installed.
            NotImplementedError: if this class of layers cannot be quantized; names those that can.
            ValueError: for an unknown mode, one that does not fit the config, and a layer that is not built or is
                quantized already.
        """
        contributed("quantize_layer", "quantize()")(self, mode, config, type_check)

    def quantized_build(self, input_shape: ShapeTree, mode: str) -> None:
        """Make the weights, quantized.

        Args:
            input_shape: as for `build`.
            mode: as for `quantize`.
        """
        self.build(input_shape)  # type: ignore[attr-defined]
        self.quantize(mode)

    def quantized_call(self, *args: Any, **kwargs: Any) -> TensorTree:
        """What `call` gives: it computes with quantized weights where the layer has them.

        Args:
            *args: as for `call`.
            **kwargs: as for `call`.
        """
        return self.call(*args, **kwargs)  # type: ignore[attr-defined]

    def replace_weight(self, attribute: str, operand: Operand, parts: Sequence[Variable], in_place: int = 1) -> None:
        """Let an operand stand for a weight from now on.

        Args:
            attribute: where the layer has the weight.
            operand: what stands for it.
            parts: weights of this layer which the operand is made of; the first may be the one that is replaced.
            in_place: how many of them come where the weight was, in files; the others come last. Defaults to 1.
        """
        old = vars(self)[attribute]
        behind = {id(one) for one in parts if one is not old}
        lists = [self._own_trainable, self._own_non_trainable]
        for own in lists:
            own[:] = [one for one in own if id(one) not in behind]
        own = next(own for own in lists if any(one is old for one in own))
        place = next(index for index, one in enumerate(own) if one is old)
        own[place : place + 1] = parts[:in_place]
        lists[-1].extend(parts[in_place:])
        vars(self)[attribute] = operand
        self.note_change()
