"""What the entry point names: loads nothing."""

from keras_core.backend import BackendSpec

SPEC = BackendSpec(name="theano", target="keras_backend_theano.backend:BACKEND", protocol=1, trains=True, priority=20)
