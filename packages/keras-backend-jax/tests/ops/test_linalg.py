import numpy as np
import pytest
from keras_backend_jax.ops.linalg import _shared_labels
from keras_core import ops


@pytest.mark.parametrize(
    ("subscripts", "shared"),
    [("btd,dhe->bthe", 1), ("bthe,hed->btd", 2), ("ab,bc->ca", 0), ("ab,ab->ab", 0), ("aab,bc->aac", 0), ("ab->ba", 0)],
)
def test_which_contractions_are_products_of_matrices(subscripts: str, shared: int) -> None:
    assert _shared_labels(subscripts) == shared
    if "," in subscripts and "aab" not in subscripts:
        sizes = dict(zip("abcdeht", (2, 3, 4, 5, 2, 3, 4), strict=True))
        random = np.random.default_rng(0)
        first, second = subscripts.partition("->")[0].split(",")
        x, y = (random.normal(size=[sizes[label] for label in one]).astype("float32") for one in (first, second))
        np.testing.assert_allclose(ops.einsum(subscripts, x, y), np.einsum(subscripts, x, y), rtol=1e-4, atol=1e-5)
