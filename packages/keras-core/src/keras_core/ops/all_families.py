"""Importing this fills the op table."""

from keras_core.ops import (  # noqa: F401
    control,
    conv,
    creation,
    elementwise,
    image,
    indexing,
    linalg,
    nn,
    patches,
    random,
    reduction,
    rnn,
    sets,
    shaping,
    special,
    statistics,
)
