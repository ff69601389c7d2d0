"""Models of Keras as programs for other tools: ONNX, OpenVINO, and archives of several functions."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
