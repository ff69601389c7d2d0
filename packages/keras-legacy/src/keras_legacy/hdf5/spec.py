"""What the formats of Keras 2's HDF5 files are called, and what reads and writes them."""

from keras_core.saving import FormatSpec

WEIGHTS = FormatSpec(
    "Keras 2 weights",
    "weights",
    (".h5", ".hdf5"),
    container="hdf5",
    marks=("layer_names", "layer_names0", "model_weights"),
    reader="keras_legacy.hdf5.weights:read_weights",
    writer="keras_legacy.hdf5.weights:write_file",
    describer="keras_legacy.hdf5.model:describe_file",
    bare=True,
)
MODEL = FormatSpec(
    "Keras 2 model",
    "model",
    (".h5", ".hdf5"),
    container="hdf5",
    magic=(b"\x89HDF\r\n\x1a\n",),
    marks=("model_config",),
    reader="keras_legacy.hdf5.model:read_model",
    writer="keras_legacy.hdf5.model:write_model",
    describer="keras_legacy.hdf5.model:describe_file",
    bare=True,
)
