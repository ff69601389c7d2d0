"""What the registry reads before TensorFlow is needed."""

from __future__ import annotations

from keras_core.backend import BackendSpec

SPEC = BackendSpec(
    name="tensorflow",
    target="keras_backend_tf.backend:BACKEND",
    protocol=1,
    trains=True,
    priority=100,
    adds=frozenset({"distribute_strategy"}),
)
