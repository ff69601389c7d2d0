"""Keras 2's backend functions, usually imported as K."""

from importlib import import_module
from typing import Any

from keras._reexports import attach_stub

_of_stub, __dir__ = attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    """A name of the stub, or `K.tf`: TensorFlow, where that is the backend."""
    if name != "tf":
        return _of_stub(name)
    backend = _of_stub("backend")()
    if backend != "tensorflow":
        raise AttributeError(
            f"K.tf is TensorFlow, and the backend is {backend!r}. Write the function of K or of keras.ops that does "
            "the same, or choose the backend 'tensorflow'."
        )
    return import_module("tensorflow")
