"""Programs of JAX."""
