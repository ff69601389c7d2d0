"""Which dtype a layer computes in and which it keeps its weights in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from keras_core import config, dtypes

if TYPE_CHECKING:
    from keras_core.typing import DTypeLike

_MIXED = ("mixed_float16", "mixed_bfloat16")
_NARROW = ("float16", "bfloat16")


class DTypePolicy:
    """The dtype of a layer's computation and that of its weights.

    Under "mixed_float16" and "mixed_bfloat16" a layer casts its float inputs and, while it is called, its
    float weights to the 16-bit dtype; the weights themselves stay in float32, where small updates are not
    lost. Any other name is a dtype that serves for both.

    Args:
        name: "mixed_float16", "mixed_bfloat16" or the name of a dtype; floatx when None.

    Attributes:
        compute_dtype: dtype of inputs and outputs.
        variable_dtype: dtype of the weights.
        input_dtype: what float inputs are cast to; None where the policy is not of a float.
        autocast_dtype: what float weights are cast to when they are read in a call; None where they need no cast.
        needs: the capability that a backend needs to compute so, "float16" or "bfloat16"; None for other dtypes.

    Raises:
        ValueError: for any other name.

    Example:
        >>> policy = DTypePolicy("mixed_bfloat16")
        >>> policy.compute_dtype, policy.variable_dtype
        ('bfloat16', 'float32')

    Reference: Micikevicius et al., 2018, https://arxiv.org/abs/1710.03740
    """

    quantization_mode: str | None = None

    def __init__(self, name: DTypeLike = None) -> None:
        mixed = isinstance(name, str) and name in _MIXED
        self.name: str = str(name) if mixed else _dtype(name)
        self.compute_dtype = self.name.removeprefix("mixed_")
        self.variable_dtype = "float32" if mixed else self.name
        self.input_dtype = self.compute_dtype if dtypes.is_float(self.compute_dtype) else None
        self.autocast_dtype = self.compute_dtype if mixed else None
        self.needs = self.compute_dtype if self.compute_dtype in _NARROW else None

    def prepare(self, layer: object) -> None:
        """What is done to a layer when its weights have been made: nothing.

        Args:
            layer: the layer, which has this policy.
        """

    def get_config(self) -> dict[str, Any]:
        """The name."""
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The policy whose `get_config` gave `config`."""
        return cls(**config)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, DTypePolicy) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"DTypePolicy({self.name!r})"


def _dtype(name: Any) -> str:
    try:
        return config.floatx() if name is None else dtypes.standardize(name)
    except ValueError:
        raise ValueError(
            f"Unknown dtype policy {name!r}. Expected {', '.join(map(repr, _MIXED))} or the name of a dtype, "
            "such as 'float32' or 'bfloat16'."
        ) from None
