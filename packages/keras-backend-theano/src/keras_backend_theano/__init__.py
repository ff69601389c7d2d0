"""The Theano backend of Keras, on PyTensor, Theano's maintained continuation."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
