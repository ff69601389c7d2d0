"""Keras: deep learning for people, on TensorFlow, Theano or NumPy."""

from keras._own_packages import prefer_own
from keras._reexports import attach_stub
from keras._version import __version__ as __version__

prefer_own(
    "keras_applications",
    "keras_core",
    "keras_datasets",
    "keras_distillation",
    "keras_distribution",
    "keras_export",
    "keras_formats",
    "keras_layers",
    "keras_legacy",
    "keras_optimizers",
    "keras_preprocessing",
    "keras_quantization",
    "keras_sklearn",
    "keras_visualization",
)
__getattr__, __dir__ = attach_stub(__name__, __file__)
