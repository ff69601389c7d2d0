"""Importing this fills the op table."""

from keras_core.ops import (  # noqa: F401
    complex,
    control,
    conv,
    creation,
    ctc,
    elementwise,
    filters,
    geometry,
    image,
    indexing,
    joining,
    linalg,
    patches,
    quantization,
    random,
    reduction,
    rnn,
    sets,
    shaping,
    special,
    spectral,
    statistics,
)
from keras_core.ops.nn import activation, attention, classes, crossentropy, normalization  # noqa: F401
