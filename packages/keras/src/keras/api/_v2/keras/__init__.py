"""`tf.keras`: TensorFlow resolves it to this package, whose names and modules are those of `keras`.

TensorFlow imports it under two names, `keras.api._v2.keras` and `tensorflow.keras`.
"""

import pkgutil
import sys
from importlib import import_module
from typing import Any

import keras

__version__ = keras.__version__

for _module in pkgutil.iter_modules(keras.__path__):
    if not _module.name.startswith("_") and _module.name not in ("api", "src"):
        sys.modules[f"{__name__}.{_module.name}"] = import_module(f"keras.{_module.name}")


def __getattr__(name: str) -> Any:
    return getattr(keras, name)


def __dir__() -> list[str]:
    return dir(keras)
