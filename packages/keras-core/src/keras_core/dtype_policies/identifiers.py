"""Policies by name or config, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras_core.dtype_policies.default import PolicyLike, dtype_policy, named, policy_of_config, set_default
from keras_core.dtype_policies.policy import DTypePolicy
from keras_core.dtype_policies.policy_map import DTypePolicyMap
from keras_core.saving import serialize_keras_object


def get(identifier: PolicyLike) -> Any:
    """The policy that a name, a dtype, a config or a policy stands for.

    Args:
        identifier: "mixed_float16", a dtype or its name, a config, a `DTypePolicy` or `DTypePolicyMap`; None
            stands for the global policy.

    Raises:
        ValueError: for an unknown name.

    Example:
        >>> get("mixed_float16").compute_dtype
        'float16'
    """
    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, (DTypePolicy, DTypePolicyMap)):
        return identifier
    return deserialize(identifier) if isinstance(identifier, Mapping) else named(identifier)


def set_dtype_policy(policy: PolicyLike) -> None:
    """Set the policy of layers made from now on, in the whole process.

    Args:
        policy: a `DTypePolicy`, a `DTypePolicyMap`, or a name such as "mixed_bfloat16"; None restores floatx.

    Raises:
        ValueError: for an unknown name.

    Example:
        >>> from keras_core.dtype_policies import dtype_policy, set_dtype_policy
        >>> set_dtype_policy("mixed_bfloat16")
        >>> dtype_policy()
        DTypePolicy('mixed_bfloat16')
        >>> set_dtype_policy(None)
    """
    set_default(None if policy is None else get(policy))


def serialize(dtype_policy: DTypePolicy | DTypePolicyMap) -> dict[str, Any]:
    """The config of a policy, as Keras's files hold it."""
    config: dict[str, Any] = serialize_keras_object(dtype_policy)
    return config


def deserialize(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The policy that `serialize` gave `config` for.

    Args:
        config: what `serialize` returned.
        custom_objects: custom classes and functions by name, for this call only. Defaults to None.

    Raises:
        ValueError: for a kind of policy that is not known.
        ModuleNotFoundError: for a quantized one where no package for it is installed.
    """
    if config.get("class_name") != "DTypePolicyMap" or "DTypePolicyMap" in (custom_objects or {}):
        return policy_of_config(config, custom_objects)
    return DTypePolicyMap.from_config(dict(config.get("config", config)))
