"""Policies of layers by their paths."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, MutableMapping
from typing import Any

from keras_core.dtype_policies.default import PolicyLike, dtype_policy, one_policy
from keras_core.dtype_policies.policy import DTypePolicy
from keras_core.saving import serialize_keras_object


class DTypePolicyMap(MutableMapping[str, DTypePolicy]):
    """Gives each layer that has it as its `dtype` a policy of its own, by the layer's path.

    A key is a path, such as "encoder/dense_1", or a regular expression for a whole path. A key that equals
    the path goes first; two expressions that both match are an error. A layer is looked for by its name
    where it is made, behind the name scopes that are open there, of which the last part of a longer key will do, and
    again by its whole path where it is built.

    Args:
        default_policy: a policy or its name, for paths that no key matches; the global policy when None.
        policy_map: policies, or their names, by key.

    Raises:
        ValueError: when a path is looked up that several expressions match, or a key is set twice.

    Example:
        >>> policies = DTypePolicyMap("float32", {".*dense.*": "mixed_bfloat16"})
        >>> policies["block/dense_1"], policies["norm"]
        (DTypePolicy('mixed_bfloat16'), DTypePolicy('float32'))
    """

    def __init__(self, default_policy: PolicyLike = None, policy_map: Mapping[str, PolicyLike] | None = None) -> None:
        if isinstance(default_policy, DTypePolicyMap):
            raise ValueError("The default_policy of a DTypePolicyMap must be one policy, got another map.")
        self._default = None if default_policy is None else one_policy(default_policy)
        self._policies = {key: one_policy(policy) for key, policy in dict(policy_map or {}).items()}

    @property
    def default_policy(self) -> DTypePolicy:
        """The policy for paths that no key matches."""
        found: DTypePolicy = dtype_policy() if self._default is None else self._default
        return found

    def __getitem__(self, path: str) -> DTypePolicy:
        return self._matching(path, [key for key in self._policies if re.fullmatch(key, path)]) or self.default_policy

    def of_layer(self, path: str, before: DTypePolicy | None = None) -> DTypePolicy:
        """The policy of a layer.

        Args:
            path: its path, or the end of it that is known.
            before: the policy that it has when no key matches; the default policy when None. Defaults to None.
        """
        ends = [key for key in self._policies if re.fullmatch(key, path) or key.endswith(f"/{path}")]
        return self._matching(path, ends) or before or self.default_policy

    def _matching(self, path: str, keys: list[str]) -> DTypePolicy | None:
        if path in self._policies:
            return self._policies[path]
        if len(keys) > 1:
            raise ValueError(
                f"The path {path!r} matches {len(keys)} keys of the DTypePolicyMap: {', '.join(keys)}. "
                "Make the expressions narrower, so that one matches."
            )
        return self._policies[keys[0]] if keys else None

    def __setitem__(self, key: str, policy: Any) -> None:
        if key in self._policies:
            raise ValueError(f"The DTypePolicyMap has {key!r} already ({self._policies[key]}); delete it first.")
        self._policies[key] = one_policy(policy)

    def __delitem__(self, key: str) -> None:
        del self._policies[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._policies)

    def __len__(self) -> int:
        return len(self._policies)

    def __bool__(self) -> bool:
        return True

    def __contains__(self, key: Any) -> bool:
        return key in self._policies

    def get_config(self) -> dict[str, Any]:
        """The default's name and the policies by key, as files hold them."""
        return {
            "default_policy": None if self._default is None else self._default.name,
            "policy_map": {key: serialize_keras_object(policy) for key, policy in self._policies.items()},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> DTypePolicyMap:
        """The map whose `get_config` gave `config`."""
        return cls(**config)

    def __eq__(self, other: Any) -> bool:
        return isinstance(other, DTypePolicyMap) and other.get_config() == self.get_config()

    def __hash__(self) -> int:
        return id(self)

    def __repr__(self) -> str:
        return f"DTypePolicyMap({self._default!r}, {self._policies!r})"
