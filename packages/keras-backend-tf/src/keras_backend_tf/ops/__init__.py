"""The op table of the TensorFlow backend: one module for each op family."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.backend.toolkit import op_table

from keras_backend_tf.ops import (
    complex,
    control,
    conv,
    creation,
    elementwise,
    image,
    indexing,
    linalg,
    nn,
    quantization,
    random,
    reduction,
    rnn,
    shaping,
    special,
)

if TYPE_CHECKING:
    from collections.abc import Callable

OPS: dict[str, Callable[..., Any]] = op_table(
    (
        elementwise,
        complex,
        special,
        reduction,
        shaping,
        indexing,
        creation,
        linalg,
        nn,
        quantization,
        rnn,
        conv,
        random,
        control,
        image,
    )
)
