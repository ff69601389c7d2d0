"""What the registry reads before JAX is needed."""

from __future__ import annotations

from keras_core.backend import BackendSpec

SPEC = BackendSpec(
    name="jax",
    target="keras_backend_jax.backend:BACKEND",
    protocol=1,
    trains=True,
    priority=80,
    adds=frozenset({"jax_state_sync"}),
)
