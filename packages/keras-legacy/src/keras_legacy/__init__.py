"""What code written for Keras 2 needs: the backend functions K, and optimizers with `get_updates`."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
