"""What users do to labels, arrays and batches around training, and files that are downloaded once."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
