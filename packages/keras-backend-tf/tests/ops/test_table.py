import inspect

from keras_backend_tf.ops import OPS


def test_every_family_is_collected() -> None:
    assert {"add", "sum", "reshape", "take", "full", "matmul", "relu", "conv", "random_uniform", "scan"} <= set(OPS)


def test_nothing_but_ops_is_collected() -> None:
    assert all(callable(op) and not name.startswith("_") for name, op in OPS.items())
    assert {"axes_of", "raw", "tf", "partial"} & set(OPS) == set()
    assert list(inspect.signature(OPS["where"]).parameters) == ["condition", "x1", "x2"]
