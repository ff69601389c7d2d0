"""What the registry reads before PyTorch is needed."""

from __future__ import annotations

from keras_core.backend import BackendSpec

SPEC = BackendSpec(name="torch", target="keras_backend_torch.backend:BACKEND", protocol=1, trains=True, priority=80)
