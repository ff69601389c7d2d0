"""The op table of the NumPy backend: one module for each op family."""

from __future__ import annotations

from keras_core.backend.toolkit import op_table

from keras_backend_numpy.framework import quiet
from keras_backend_numpy.ops import (
    complex,
    conv,
    creation,
    elementwise,
    indexing,
    linalg,
    nn,
    random,
    reduction,
    shaping,
)

OPS = op_table([elementwise, complex, shaping, creation, reduction, indexing, linalg, nn, conv, random], wrap=quiet)
