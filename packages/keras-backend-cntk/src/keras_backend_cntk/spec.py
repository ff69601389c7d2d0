"""What the entry point names: loads nothing."""

from keras_core.backend import BackendSpec

SPEC = BackendSpec(name="cntk", target="keras_backend_cntk.backend:BACKEND", protocol=1, trains=True, priority=-1)
