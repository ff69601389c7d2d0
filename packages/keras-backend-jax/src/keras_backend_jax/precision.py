"""64-bit numbers where they are asked for by name, without turning them on for the whole process.

JAX makes 32-bit numbers of all others unless `jax_enable_x64` is set, which changes what `jnp.ones(3)` gives in
the user's own code. Inside `wide_allowed()` a dtype that is named is honoured, and defaults stay as they are.
"""

from __future__ import annotations

from typing import Any

from jax._src.config import explicit_x64_dtypes


def wide_allowed() -> Any:
    """A context in which "float64", "int64" and their like mean what they say."""
    return explicit_x64_dtypes("allow")
