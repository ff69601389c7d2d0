"""Random numbers by key: NumPy's generator as a node, so that arrays and graphs get the same numbers."""

from __future__ import annotations

from typing import Any

from pytensor.graph.basic import Variable

from keras_backend_theano.custom_ops.callback import PureCallback
from keras_backend_theano.ops.dispatch import numpy_op
from keras_backend_theano.ops.shapes import sizes
from keras_backend_theano.symbolic import numpy_dtype, tensor


def _draw(name: str, shape: Any, low: Any, high: Any, dtype: str, key: Any) -> Any:
    entries = sizes(shape)
    unknown = [k for k, n in enumerate(entries) if isinstance(n, Variable)]
    known = tuple(None if k in unknown else n for k, n in enumerate(entries))

    def run(state: Any, *lengths: Any) -> Any:
        found = list(known)
        for k, n in zip(unknown, lengths, strict=True):
            found[k] = int(n)
        return numpy_op(name)(tuple(found), low, high, dtype, state)

    node = PureCallback(run, (name, known, low, high, dtype), [(dtype, known)])
    return node(tensor(key), *(entries[k] for k in unknown))


def random_uniform(shape: Any, minval: float, maxval: float, dtype: Any, key: Any) -> Any:
    return _draw("random_uniform", shape, minval, maxval, numpy_dtype(dtype).name, key)


def random_normal(shape: Any, mean: float, stddev: float, dtype: Any, key: Any) -> Any:
    return _draw("random_normal", shape, mean, stddev, numpy_dtype(dtype).name, key)


def random_integer(shape: Any, minval: int, maxval: int, dtype: Any, key: Any) -> Any:
    return _draw("random_integer", shape, minval, maxval, numpy_dtype(dtype or "int32").name, key)
