"""What the format is called, and what writes and reads it."""

from keras_core.saving import FormatSpec

EXPORTED_PROGRAM = FormatSpec(
    "torch",
    "program",
    (".pt2",),
    reader="keras_backend_torch.exporting.exported_program:runner",
    writer="keras_backend_torch.exporting.exported_program:write",
)
