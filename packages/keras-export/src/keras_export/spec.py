"""What the formats are called, and what writes and reads them."""

from keras_core.saving import FormatSpec

ONNX = FormatSpec(
    "onnx",
    "program",
    (".onnx",),
    reader="keras_export.to_onnx.writing:runner",
    writer="keras_export.to_onnx.writing:write",
)
ONNX_MODEL = FormatSpec(
    "onnx",
    "model",
    (".onnx",),
    magic=tuple(bytes([8, version]) for version in range(3, 32)),  # of the file, which is written first
    reader="keras_export.from_onnx.reading:read",
    describer="keras_export.from_onnx.reading:describe",
)
OPENVINO = FormatSpec(
    "openvino",
    "program",
    (".xml",),
    reader="keras_export.openvino:runner",
    writer="keras_export.openvino:write",
    parts=(".xml", ".bin"),
)
