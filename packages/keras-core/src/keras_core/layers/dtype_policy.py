"""Which dtype a layer computes in and which it keeps its weights in."""

from __future__ import annotations

from typing import Any

from keras_core import config, dtypes


class DTypePolicy:
    """A pair of dtypes named "float32", "mixed_float16", ...

    Args:
        name: a dtype's name, or "mixed_float16" / "mixed_bfloat16" (weights in float32).

    Example:
        >>> DTypePolicy("mixed_bfloat16").variable_dtype
        'float32'
    """

    def __init__(self, name: Any = None) -> None:
        if isinstance(name, DTypePolicy):
            name = name.name
        elif isinstance(name, dict):
            name = name.get("config", name)["name"]
        self.name: str = str(name) if str(name).startswith("mixed_") else dtypes.standardize(name)
        self.compute_dtype = self.name.removeprefix("mixed_")
        self.variable_dtype = "float32" if self.name.startswith("mixed_") else self.name
        dtypes.standardize(self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        return {"name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DTypePolicy:
        return cls(**config)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, DTypePolicy) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"DTypePolicy({self.name!r})"


_default: DTypePolicy | None = None


def dtype_policy() -> DTypePolicy:
    """The policy of layers that are given none: floatx unless set."""
    return _default or DTypePolicy(config.floatx())


def set_dtype_policy(policy: Any) -> None:
    """Set the policy of layers that are given none; None restores floatx."""
    global _default
    _default = None if policy is None else DTypePolicy(policy)
