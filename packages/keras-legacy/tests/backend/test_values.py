import numpy as np
import pytest
from keras_core import KerasTensor, Model, Variable, ops, stage
from keras_core.layers import CallContext, Input
from keras_legacy import backend as K


def test_variables():
    v = K.variable([[1, 2], [3, 4]], name="v")
    assert isinstance(v, Variable)
    assert (K.dtype(v), K.int_shape(v), K.ndim(v), K.count_params(v)) == ("float32", (2, 2), 2, 4)
    K.set_value(v, [[5, 6], [7, 8]])
    assert K.get_value(v).tolist() == K.eval(v).tolist() == [[5, 6], [7, 8]]
    K.batch_set_value([(v, np.zeros((2, 2)))])
    assert K.batch_get_value([v, 3])[0].tolist() == [[0, 0], [0, 0]]
    with pytest.raises(TypeError, match=r"K\.variable"):
        K.set_value(3, 4)


def test_get_value_copies():
    v = K.variable([1.0])
    K.get_value(v)[0] = 9
    assert K.get_value(v).tolist() == [1.0]


def test_constants():
    assert K.get_value(K.constant([1, 2])).dtype == "float32"
    assert K.get_value(K.constant(3, dtype="int32", shape=(2, 2))).tolist() == [[3, 3], [3, 3]]


def test_zeros_and_ones_are_variables_where_these_can_be_made():
    state = K.zeros((2, 3), name="state")
    assert isinstance(state, Variable)
    K.set_value(state, np.ones((2, 3)))
    assert isinstance(K.ones((1,)), Variable)
    assert K.get_value(K.eye(3)).tolist() == np.eye(3).tolist()

    def inside(x):
        return ops.add(x, K.ones((2,)))

    assert K.get_value(stage(inside, [])(np.zeros(2, "float32"))).tolist() == [1, 1]
    with CallContext():
        assert not isinstance(K.zeros((2,)), Variable)


def test_like():
    x = np.array([[1, 2]], "int32")
    assert K.get_value(K.zeros_like(x)).tolist() == [[0, 0]]
    assert K.dtype(K.ones_like(x, dtype="float32")) == "float32"
    assert K.get_value(K.cast(np.array([1.7]), "int32")).tolist() == [1]
    assert K.get_value(K.identity(K.variable(2.0))) == 2.0


def test_placeholders():
    x = K.placeholder(shape=(None, 3), dtype="int32", name="x")
    assert isinstance(x, KerasTensor)
    assert (K.int_shape(x), K.dtype(x), x.name) == ((None, 3), "int32", "x")
    assert K.int_shape(K.placeholder(ndim=2)) == (None, None)
    assert K.is_placeholder(x)
    assert not K.is_placeholder(x + 1)
    assert K.int_shape(K.placeholder()) == ()
    with pytest.raises(TypeError, match=r"K.function\(\[inputs\], \[it\]\)"):
        K.get_value(x)


def test_what_things_are():
    v, x = K.variable(1.0), K.placeholder((1,))
    assert K.is_variable(v) and not K.is_variable(x)
    assert K.is_tensor(x) and not K.is_tensor("no")
    assert K.is_keras_tensor(x) and not K.is_keras_tensor(v)
    assert not K.is_sparse(x)
    assert K.to_dense(x) is x
    assert K.int_shape(np.zeros((2, 3))) == K.get_variable_shape(K.variable(np.zeros((2, 3)))) == (2, 3)


def test_sparse_matrices_give_dense_results():
    matrix = pytest.importorskip("scipy.sparse").random(4, 5, 0.4, "csr", "float32", np.random.default_rng(0))
    dense, kernel = matrix.toarray(), np.arange(10, dtype="float32").reshape(5, 2)
    x = K.placeholder((None, 5), sparse=True)
    product = K.dot(x, K.constant(kernel))
    assert K.is_sparse(x) and K.is_sparse(matrix)
    assert not any(map(K.is_sparse, (product, dense, K.to_dense(x), K.to_dense(matrix), K.variable(matrix))))
    found, same = K.function([x], [product, K.to_dense(x)])([matrix])
    np.testing.assert_allclose(found, dense @ kernel, rtol=1e-5)
    np.testing.assert_array_equal(same, dense)
    for held in (K.to_dense(matrix), K.variable(matrix), K.constant(matrix)):
        np.testing.assert_array_equal(K.eval(held), dense)
    start = Input((5,), sparse=True)
    assert K.is_sparse(start)
    np.testing.assert_array_equal(Model(start, K.to_dense(start)).predict(matrix, batch_size=3, verbose=0), dense)
    assert K.is_sparse(Model.from_config(Model(start, start * 2).get_config()).input)


def test_shape_of_known_and_unknown_sizes():
    x = K.placeholder((None, 3))
    first, second = K.shape(x)
    assert isinstance(first, KerasTensor)
    assert second == 3
    assert K.size(np.zeros((2, 3))) == 6


def test_updates_of_known_values_are_done_at_once():
    v = K.variable(1.0)
    K.update(v, 5.0)
    K.update_add(v, 2.0)
    K.update_sub(v, 1.0)
    assert float(v) == 6.0
    K.moving_average_update(v, 16.0, 0.9)
    np.testing.assert_allclose(float(v), 7.0, rtol=1e-6)


@pytest.mark.parametrize(("training", "expected"), [(True, 5.0), (False, 1.0), (None, 1.0)])
def test_updates_in_a_call_are_done_while_training(training, expected):
    v = K.variable(1.0)
    with CallContext(training=training):
        K.update(v, 5.0)
    assert float(v) == expected


def test_updates_of_symbolic_values_wait():
    v, x = K.variable(1.0), K.placeholder(())
    K.update(v, x)
    assert float(v) == 1.0
