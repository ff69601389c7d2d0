import numpy as np
import pytensor
import pytensor.tensor as pt
from keras_backend_theano.custom_ops.integers import IntegerProduct


def test_the_product_is_that_of_the_function_it_is_given():
    rows, matrix = pt.tensor("rows", dtype="int8", shape=(None, 3)), pt.tensor("matrix", dtype="int8", shape=(3, 2))
    found = IntegerProduct(lambda x, y: x.astype("int32") @ y.astype("int32"))(rows, matrix)
    assert (found.type.dtype, found.type.shape) == ("int32", (None, 2))
    first, second = np.full((4, 3), 100, "int8"), np.full((3, 2), -100, "int8")
    assert (pytensor.function([rows, matrix], found, mode="FAST_COMPILE")(first, second) == -30000).all()
