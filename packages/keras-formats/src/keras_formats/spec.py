"""What the formats are called, and what reads and writes them."""

from keras_core.saving import FormatSpec

SAFETENSORS = FormatSpec(
    "safetensors",
    "weights",
    (".safetensors",),
    reader="keras_formats.safetensors:read_weights",
    writer="keras_formats.safetensors:write_weights",
    describer="keras_formats.safetensors:describe",
)
NPZ = FormatSpec(
    "npz",
    "weights",
    (".npz",),
    container="zip",
    reader="keras_formats.npz:read_weights",
    writer="keras_formats.npz:write_weights",
    describer="keras_formats.npz:describe",
)
