"""The policy of layers that are given none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from keras_core import config
from keras_core.dtype_policies.contributions import contributed
from keras_core.dtype_policies.policy import DTypePolicy
from keras_core.objects import find_builtin
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


def named(identifier: DTypeLike) -> DTypePolicy:
    """The policy of a name or a dtype, also of a quantized one such as "int8_from_float32".

    Raises:
        ValueError: for an unknown name.
        ModuleNotFoundError: for the name of a quantized one where no package for it is installed.
    """
    if isinstance(identifier, str) and "_from_" in identifier:
        policy: DTypePolicy = contributed("policy_of_name", f"The dtype policy {identifier!r}")(identifier)
        return policy
    return DTypePolicy(identifier)


def policy_of_config(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> DTypePolicy:
    """The policy of a config, which is not that of a map.

    Args:
        config: what `serialize` returned.
        custom_objects: custom classes by name. Defaults to None.

    Raises:
        ValueError: for a kind of policy that is not known.
        ModuleNotFoundError: for a quantized one where no package for it is installed.
    """
    kinds: dict[str, Any] = {**dict.fromkeys(SINGLE, DTypePolicy), **(custom_objects or {})}
    name = config.get("class_name", "DTypePolicy")
    found = kinds.get(name) or find_builtin("special", name)
    if found is None and name.endswith("DTypePolicy"):
        contributed("policy_of_name", f"The dtype policy class {name!r}")
    if found is None:
        raise ValueError(f"Unknown dtype policy class {name!r}. Known are {', '.join(kinds)}, DTypePolicyMap.")
    policy: DTypePolicy = found.from_config(dict(config.get("config", config)))
    return policy


def one_policy(identifier: PolicyLike) -> DTypePolicy:
    """The single policy that a name, a dtype, a config or a policy stands for; the global one for None.

    Raises:
        ValueError: for an unknown name, and for what stands for a map of policies.
    """
    if identifier is None:
        identifier = dtype_policy()
    elif isinstance(identifier, Mapping) and isinstance(identifier.get("class_name", ""), str):
        identifier = policy_of_config(identifier)
    elif not isinstance(identifier, Mapping) and not isinstance(identifier, DTypePolicy):
        identifier = named(identifier)
    if not isinstance(identifier, DTypePolicy):
        raise ValueError(f"A DTypePolicyMap holds policies, got {identifier!r}.")
    return identifier
