"""Keras 2's backend functions, usually imported as K."""

from importlib import import_module
from typing import Any

from keras_core.backend import active

from keras._reexports import attach_stub

_of_stub, __dir__ = attach_stub(__name__, __file__)


def __getattr__(name: str) -> Any:
    """A name of the stub, or `K.tf`: the framework, where the active backend knows its own by that name."""
    if name != "tf":
        return _of_stub(name)
    backend = active()
    framework = import_module(f"{type(backend).__module__.partition('.')[0]}.framework")
    if not hasattr(framework, "tf"):
        raise AttributeError(
            f"The framework of the backend {backend.name!r} is another one than K.tf. Write the function of K or of "
            "keras.ops that does the same."
        )
    return framework.tf
