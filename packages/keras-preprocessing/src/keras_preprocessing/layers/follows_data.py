"""Base of layers that work in the input pipeline of any framework."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras_core import KerasTensor, Layer, backend, tree

from keras_preprocessing.layers.namespaces import Namespaces


class FollowsData(Layer):
    """A layer that computes on the framework of its data, where these are another one's tensors than its backend's.

    So it can be mapped over a data set of TensorFlow, or over tensors in a loader of PyTorch, on every backend.
    """

    @property
    def backend(self) -> Any:
        """Ops and draws by the names of Keras 3, such as ``self.backend.numpy.where``, for layers written for it."""
        return Namespaces()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the layer; what it gives are tensors of the framework that its data are of."""
        name = self._backend_of(args)
        if name is None:
            return super().__call__(*args, **kwargs)
        with backend.use_backend(name):
            return self.call(*args, **kwargs)

    def _backend_of(self, data: Any) -> str | None:
        """The backend, if it is another one, whose tensors are in the data."""
        for leaf in tree.flatten(data):
            if leaf is None or isinstance(leaf, (np.ndarray, np.generic, int, float, str, KerasTensor)):
                continue
            framework = type(leaf).__module__.partition(".")[0]
            if framework != self.backend_name and framework in backend.available():
                return framework
        return None
