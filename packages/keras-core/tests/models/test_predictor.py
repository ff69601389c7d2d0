from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from keras_core import Input, InputSpec, Layer, Model, Sequential, Spec, backend, ops

X = np.random.default_rng(0).normal(size=(9, 3)).astype("float32")


class Product(Layer):
    traced = 0

    def build(self, shape):
        self.kernel = self.add_weight((shape[-1], 2), name="kernel")

    def call(self, x):
        type(self).traced += 1
        return ops.matmul(x, self.kernel)


class Counting(Layer):
    def build(self, shape):
        self.count = self.add_weight((), initializer="zeros", trainable=False, name="count")

    def call(self, x):
        self.count.assign(self.count + 1)
        return x * self.count


@pytest.fixture
def model():
    made = Sequential([Input((3,)), Product()], name="small")
    made.set_weights([np.arange(6.0).reshape(3, 2)])
    return made


@pytest.mark.parametrize("rows", [1, 2, 3, 4, 5])
def test_batches_are_filled_up_to_what_is_compiled(model, rows):
    predict = model.compile_predict([5, 1, 3])
    assert predict.batch_sizes == (1, 3, 5)
    found = predict(X[:rows])
    assert type(found) is np.ndarray
    np.testing.assert_allclose(found, X[:rows] @ np.arange(6.0).reshape(3, 2), rtol=1e-5)


def test_all_programs_are_made_ahead(model):
    predict = model.compile_predict([1, 4])
    before = Product.traced
    for rows in range(1, 5):
        predict(X[:rows])
    if "compiles" in backend.active().capabilities:
        assert Product.traced == before


def test_weights_that_are_set_later_count(model):
    predict = model.compile_predict([2])
    model.set_weights([np.zeros((3, 2))])
    assert not predict(X[:2]).any()


def test_nested_inputs_and_outputs():
    a, b = Input((2,)), Input((), dtype="int32")
    predict = Model({"a": a, "b": b}, {"sum": ops.sum(a, 1), "b": b}).compile_predict([2])
    found = predict({"a": X[:1, :2], "b": np.array([7])})
    assert found["b"].tolist() == [7] and found["sum"].shape == (1,)


def test_what_it_is_not_compiled_for_is_refused(model):
    predict = model.compile_predict([2])
    for wrong in (X[:3], X[:0], X[:2, :2], X[0]):
        with pytest.raises(ValueError, match=r"compiled for float32 \(rows, 3\) with 1 to 2 rows"):
            predict(wrong)
    with pytest.raises(ValueError, match="got dtype complex64"):
        predict(X[:2] * 1j)
    with pytest.raises(ValueError, match="takes inputs as"):
        predict([X[:2], X[:2]])


def test_sizes_are_known():
    model = Sequential([Input((None, 3)), Product()])
    with pytest.raises(ValueError, match=r"has shape \(None, None, 3\).*give input_signature="):
        model.compile_predict([1])
    for spec in (Spec((None, 4, 3)), InputSpec(shape=(None, 4, 3)), Input((4, 3))):
        assert model.compile_predict([1], [spec])(X[None, :4]).shape == (1, 4, 2)
    for wrong in ([], [0], [1.5]):
        with pytest.raises(ValueError, match="batch_sizes must be positive ints"):
            model.compile_predict(wrong)


def test_calls_that_depend_on_each_other_are_refused():
    with pytest.raises(ValueError, match=r"assigns .*count when it predicts"):
        Sequential([Input((3,)), Counting()]).compile_predict()


def test_a_model_that_does_not_know_its_inputs_is_told():
    class Own(Model):
        def __init__(self):
            super().__init__()
            self.product = Product()

        def call(self, x):
            return self.product(x)

    model = Own()
    with pytest.raises(ValueError, match="does not know its inputs"):
        model.compile_predict()
    expected = model.predict(X, verbose=0)
    np.testing.assert_allclose(model.compile_predict([9], [Spec((None, 3))])(X), expected, rtol=1e-5)


def test_threads_get_their_own_results(model):
    predict = model.compile_predict([1, 4])
    expected = X @ model.get_weights()[0]
    with ThreadPoolExecutor(4) as pool:
        places = [(start, min(start + 1 + start % 4, 9)) for start in range(9)] * 10
        for (start, end), found in zip(places, pool.map(lambda at: predict(X[at[0] : at[1]]), places), strict=True):
            np.testing.assert_allclose(found, expected[start:end], rtol=1e-5)
