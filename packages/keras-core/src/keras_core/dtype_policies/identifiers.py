"""Policies by name or config, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from keras_core.dtype_policies.default import dtype_policy
from keras_core.dtype_policies.policy import DTypePolicy


def get(identifier: Any) -> Any:
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
    from keras_core.dtype_policies.policy_map import DTypePolicyMap

    if identifier is None:
        return dtype_policy()
    if isinstance(identifier, (DTypePolicy, DTypePolicyMap)):
        return identifier
    return deserialize(identifier) if isinstance(identifier, Mapping) else DTypePolicy(identifier)


def serialize(dtype_policy: Any) -> dict[str, Any]:
    """The config of a policy, as Keras's files hold it."""
    from keras_core.saving import serialize_keras_object

    config: dict[str, Any] = serialize_keras_object(dtype_policy)
    return config


def deserialize(config: Mapping[str, Any], custom_objects: Mapping[str, Any] | None = None) -> Any:
    """The policy that `serialize` gave `config` for.

    Raises:
        ValueError: for a kind of policy that is not known, such as a quantized one.
    """
    from keras_core.dtype_policies.policy_map import DTypePolicyMap

    kinds: dict[str, Any] = {kind.__name__: kind for kind in (DTypePolicy, DTypePolicyMap)}
    kinds |= {"FloatDTypePolicy": DTypePolicy, "Policy": DTypePolicy, **dict(custom_objects or {})}
    name = config.get("class_name", "DTypePolicy")
    if name not in kinds:
        raise ValueError(f"Unknown dtype policy class {name!r}. Known are {', '.join(kinds)}.")
    return kinds[name].from_config(dict(config.get("config", config)))
