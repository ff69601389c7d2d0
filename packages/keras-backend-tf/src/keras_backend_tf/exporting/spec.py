"""What the formats are called, and what writes and reads them."""

from keras_core.saving import FormatSpec

SAVED_MODEL = FormatSpec(
    "tf_saved_model",
    "program",
    (),
    reader="keras_backend_tf.exporting.saved_model:runner",
    writer="keras_backend_tf.exporting.saved_model:write",
)
LITERT = FormatSpec(
    "litert",
    "program",
    (".tflite",),
    reader="keras_backend_tf.exporting.litert:runner",
    writer="keras_backend_tf.exporting.litert:write",
)
