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
    quantization,
    random,
    reduction,
    shaping,
)

_FAMILIES = (elementwise, complex, shaping, creation, reduction, indexing, linalg, nn, conv, random, quantization)
OPS = op_table(_FAMILIES, wrap=quiet)
