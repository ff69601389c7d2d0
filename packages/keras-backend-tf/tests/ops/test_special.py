import numpy as np
import tensorflow as tf
from keras_backend_tf.ops import special


def test_erfinv_undoes_erf() -> None:
    x = np.linspace(-0.9, 0.9, 7, dtype="float32")
    np.testing.assert_allclose(tf.math.erf(special.erfinv(tf.constant(x))), x, rtol=1e-5, atol=1e-6)
