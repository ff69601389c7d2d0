"""The policy of layers that are given none."""

from __future__ import annotations

from typing import Any

from keras_core import config
from keras_core.dtype_policies.policy import DTypePolicy

_default: Any = None


def dtype_policy() -> Any:
    """The policy of layers that are given none: that of floatx unless another is set.

    Example:
        >>> from keras_core.dtype_policies import dtype_policy
        >>> dtype_policy()
        DTypePolicy('float32')
    """
    return DTypePolicy(config.floatx()) if _default is None else _default


def set_dtype_policy(policy: Any) -> None:
    """Set the policy of layers made from now on, in the whole process.

    Args:
        policy: a `DTypePolicy`, a `DTypePolicyMap`, or a name such as "mixed_bfloat16"; None restores floatx.

    Raises:
        ValueError: for an unknown name.
    """
    global _default
    from keras_core.dtype_policies.identifiers import get

    _default = None if policy is None else get(policy)
