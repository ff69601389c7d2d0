"""The policy of layers that are given none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from keras_core import config
from keras_core.dtype_policies.policy import DTypePolicy
from keras_core.typing import DTypeLike

SINGLE = ("DTypePolicy", "FloatDTypePolicy", "Policy")
"""Names that files have for the class of one policy."""

PolicyLike: TypeAlias = DTypeLike | Mapping[str, Any]
"""What may stand for a policy: a policy or a map of them, a dtype, a name or a config."""

#: The dtype policy of layers that are given none.
_default: Any = None


def dtype_policy() -> Any:
    """The policy of layers that are given none: that of floatx unless another is set.

    Example:
        >>> from keras_core.dtype_policies import dtype_policy
        >>> dtype_policy()
        DTypePolicy('float32')
    """
    return DTypePolicy(config.floatx()) if _default is None else _default


def set_default(policy: DTypePolicy | Mapping[str, DTypePolicy] | None) -> None:
    """Set what `dtype_policy` returns, a policy or a map of policies; None restores floatx."""
    global _default
    _default = policy


def one_policy(identifier: PolicyLike) -> DTypePolicy:
    """The single policy that a name, a dtype, a config or a policy stands for; the global one for None.

    Raises:
        ValueError: for an unknown name, and for what stands for a map of policies.
    """
    if identifier is None:
        identifier = dtype_policy()
    elif isinstance(identifier, Mapping) and identifier.get("class_name", "DTypePolicy") in SINGLE:
        identifier = DTypePolicy.from_config(dict(identifier.get("config", identifier)))
    elif not isinstance(identifier, Mapping) and not isinstance(identifier, DTypePolicy):
        identifier = DTypePolicy(identifier)
    if not isinstance(identifier, DTypePolicy):
        raise ValueError(f"A DTypePolicyMap holds policies, got {identifier!r}.")
    return identifier
