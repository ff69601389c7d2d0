"""The mapping from op names to implementations: `keras_backend_theano/ops/__init__.py`."""

from keras_backend_theano.ops import OPS
from keras_core.backend import load


def test_the_table_is_complete():
    """Loading a backend raises an error that lists the primitives it lacks."""
    assert load("theano").ops is OPS


def test_nothing_but_ops_is_collected():
    assert {"lstm", "gru", "scan", "cond", "add", "conv", "random_uniform"} <= set(OPS)
    assert all(callable(op) and not name.startswith("_") for name, op in OPS.items())
    assert {"pt", "tensor", "sizes", "axes_of", "PureCallback"} & set(OPS) == set()
