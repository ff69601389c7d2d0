from keras_backend_jax.ops import OPS


def test_nothing_but_ops_is_collected() -> None:
    assert {"add", "sum", "reshape", "take", "full", "matmul", "relu", "conv", "random_uniform", "scan", "lstm"} <= set(
        OPS
    )
    assert all(callable(op) and not name.startswith("_") for name, op in OPS.items())
    assert {"axes_of", "lax", "jnp", "partial", "alike"} & set(OPS) == set()
