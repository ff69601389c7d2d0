"""dtype policies of quantized layers."""

from __future__ import annotations

from typing import Any

from keras_core.dtype_policies import DTypePolicy, dtype_policy

from keras_quantization.preparation import prepare

_SOURCES = "'float32', 'bfloat16', 'mixed_float16' or 'mixed_bfloat16'"


class QuantizedDTypePolicy(DTypePolicy):
    """A policy for a layer whose weights are quantized.

    Args:
        mode: "int8".
        source_name: the policy of what is not quantized; that of layers that are given none, when None. Defaults to
            None.

    Attributes:
        quantization_mode: the kind of quantization, such as "int4".
        mode: the mode with its parameters, such as "int4/128".
        source_name: the name of the policy of what is not quantized.

    Raises:
        ValueError: for another mode, and a source that is no policy of floats.

    Example:
        >>> policy = QuantizedDTypePolicy("int8", "mixed_bfloat16")
        >>> policy.name, policy.compute_dtype, policy.quantization_mode
        ('int8_from_mixed_bfloat16', 'bfloat16', 'int8')
    """

    written_in = "keras.dtype_policies"
    kinds: tuple[str, ...] = ("int8",)
    form = "'int8'"
    """What modes look like, for messages."""

    def __init__(self, mode: str, source_name: str | None = None) -> None:
        source = dtype_policy().name if source_name is None else source_name
        super().__init__(source)
        if self.input_dtype is None:
            raise ValueError(f"{type(self).__name__}: source_name must be a policy such as {_SOURCES}, got {source!r}.")
        kind, *numbers = mode.split("/")
        if kind not in self.kinds:
            raise ValueError(f"{type(self).__name__}: mode must be like {self.form}, got {mode!r}.")
        self._take_numbers(mode, numbers)
        self.source_name = self.name
        self.name = f"{mode}_from_{source}"
        self.mode = mode
        self.quantization_mode = kind

    def _take_numbers(self, mode: str, numbers: list[str]) -> None:
        if numbers:
            raise ValueError(f"{type(self).__name__}: mode must be like {self.form}, got {mode!r}.")

    def prepare(self, layer: Any) -> None:
        """Quantize a layer whose weights have just been made.

        Args:
            layer: the layer.
        """
        prepare(layer, self)

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, for files."""
        return {"mode": self.mode, "source_name": self.source_name}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QuantizedDTypePolicy) and other.get_config() == self.get_config()

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"


class Int4DTypePolicy(QuantizedDTypePolicy):
    """A policy for a layer whose weights have 4 bits.

    Args:
        mode: "int4/128", with the number of weights that share a scale and a zero point; "int4/-1" has one scale a
            channel, as "int4".
        source_name: the policy of what is not quantized; that of layers that are given none, when None. Defaults to
            None.

    Attributes:
        block_size: the number in the mode.

    Raises:
        ValueError: for another mode.
    """

    written_in = "keras.dtype_policies"
    kinds = ("int4",)
    form = "'int4/128'"
    block_size = -1

    def _take_numbers(self, mode: str, numbers: list[str]) -> None:
        if numbers:
            self.block_size = _integers(self, mode, numbers, 1)[0]


class QuantizedFloat8DTypePolicy(QuantizedDTypePolicy):
    """A policy for a layer that multiplies floats of 8 bits.

    Args:
        mode: "float8".
        source_name: the policy of weights; that of layers that are given none, when None. Defaults to None.
        amax_history_length: over how many steps the largest magnitude is kept. Defaults to 1024.

    Raises:
        ValueError: for another mode or length.
    """

    written_in = "keras.dtype_policies"
    kinds = ("float8",)
    form = "'float8'"

    def __init__(self, mode: str, source_name: str | None = None, amax_history_length: int = 1024) -> None:
        super().__init__(mode, source_name)
        if not isinstance(amax_history_length, int) or amax_history_length < 1:
            raise ValueError(
                f"QuantizedFloat8DTypePolicy: amax_history_length must be a positive integer, got "
                f"{amax_history_length!r}."
            )
        self.amax_history_length = amax_history_length

    def get_config(self) -> dict[str, Any]:
        """The arguments of `__init__`, for files."""
        return {**super().get_config(), "amax_history_length": self.amax_history_length}


class _GroupedDTypePolicy(QuantizedDTypePolicy):
    """What `GPTQDTypePolicy` and `AWQDTypePolicy` share: modes with the bits of a weight and the size of groups."""

    def _take_numbers(self, mode: str, numbers: list[str]) -> None:
        self.weight_bits, self.group_size = _integers(self, mode, numbers, 2)


class GPTQDTypePolicy(_GroupedDTypePolicy):
    """A policy for a layer that GPTQ has quantized.

    Args:
        mode: "gptq/4/128", with the bits of a weight and the number of weights in a group.
        source_name: the policy of what is not quantized; that of layers that are given none, when None. Defaults to
            None.

    Attributes:
        weight_bits: the first number in the mode.
        group_size: the second one; -1 is one group.

    Raises:
        ValueError: for another mode.
    """

    written_in = "keras.dtype_policies"
    kinds = ("gptq",)
    form = "'gptq/4/128'"


class AWQDTypePolicy(_GroupedDTypePolicy):
    """A policy for a layer that AWQ has quantized.

    Args:
        mode: "awq/4/128", with the bits of a weight and the number of weights in a group.
        source_name: the policy of what is not quantized; that of layers that are given none, when None. Defaults to
            None.

    Attributes:
        weight_bits: the first number in the mode.
        group_size: the second one; -1 is one group.

    Raises:
        ValueError: for another mode.
    """

    written_in = "keras.dtype_policies"
    kinds = ("awq",)
    form = "'awq/4/128'"


_OF_MODE: dict[str, type[QuantizedDTypePolicy]] = {
    kind: cls
    for cls in (QuantizedDTypePolicy, Int4DTypePolicy, QuantizedFloat8DTypePolicy, GPTQDTypePolicy, AWQDTypePolicy)
    for kind in cls.kinds
}


def policy_of_name(name: str) -> QuantizedDTypePolicy:
    """The policy of a name such as "int8_from_float32".

    Args:
        name: the mode, "_from_", and the name of the policy of what is not quantized.

    Raises:
        ValueError: for a name that is not like that.

    Example:
        >>> policy_of_name("int4/64_from_bfloat16").block_size
        64
    """
    mode, _, source = name.partition("_from_")
    kind = mode.partition("/")[0]
    if kind not in _OF_MODE:
        raise ValueError(f"Unknown dtype policy {name!r}: modes of quantization are {', '.join(_OF_MODE)}.")
    return _OF_MODE[kind](mode, source)


def _integers(policy: QuantizedDTypePolicy, mode: str, numbers: list[str], count: int) -> list[int]:
    try:
        found = [int(number) for number in numbers]
    except ValueError:
        found = []
    if len(found) != count or any(one == 0 or one < -1 for one in found):
        raise ValueError(f"{type(policy).__name__}: mode must be like {policy.form}, got {mode!r}.")
    return found
