import numpy as np
from jax import lax
from keras_backend_jax.ops import special


def test_erfinv_undoes_erf() -> None:
    x = np.linspace(-0.9, 0.9, 7, dtype="float32")
    np.testing.assert_allclose(lax.erf(special.erfinv(x)), x, rtol=1e-5, atol=1e-6)
