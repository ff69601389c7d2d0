"""What the format is called, and what writes and reads it."""

from keras_core.saving import FormatSpec

STABLEHLO = FormatSpec(
    "stablehlo",
    "program",
    (".stablehlo",),
    reader="keras_backend_jax.exporting.stablehlo:runner",
    writer="keras_backend_jax.exporting.stablehlo:write",
)
