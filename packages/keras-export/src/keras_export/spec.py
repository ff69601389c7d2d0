"""What the formats are called, and what writes and reads them."""

from keras_core.saving import FormatSpec

ONNX = FormatSpec(
    "onnx",
    "program",
    (".onnx",),
    reader="keras_export.to_onnx.writing:runner",
    writer="keras_export.to_onnx.writing:write",
)
OPENVINO = FormatSpec(
    "openvino",
    "program",
    (".xml",),
    reader="keras_export.openvino:runner",
    writer="keras_export.openvino:write",
    parts=(".xml", ".bin"),
)
