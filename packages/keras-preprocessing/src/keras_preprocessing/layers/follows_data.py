"""Base of layers that work in the input pipeline of any framework."""

from __future__ import annotations

from typing import Any

from keras_core import Layer, backend, tree

from keras_preprocessing.layers.data_graphs import framework_of
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
            here = framework_of(leaf)
            if here is not None and here.name != self.backend_name:
                return here.name
        return None
