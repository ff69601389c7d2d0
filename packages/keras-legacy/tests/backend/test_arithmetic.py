import numpy as np
import pytest
from keras_legacy import backend as K

rng = np.random.default_rng(0)
A = rng.normal(size=(3, 4)).astype("float32")
B = rng.normal(size=(3, 4)).astype("float32")


def check(found, expected, tolerance=1e-5):
    np.testing.assert_allclose(K.get_value(found), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize(
    ("name", "reference"),
    [
        ("equal", np.equal),
        ("not_equal", np.not_equal),
        ("greater", np.greater),
        ("greater_equal", np.greater_equal),
        ("less", np.less),
        ("less_equal", np.less_equal),
        ("maximum", np.maximum),
        ("minimum", np.minimum),
    ],
)
def test_comparisons(name, reference):
    x, y = np.round(A), np.round(B)
    np.testing.assert_array_equal(K.get_value(getattr(K, name)(x, y)), reference(x, y))
    np.testing.assert_array_equal(K.get_value(getattr(K, name)(x=x, y=y)), reference(x, y))


@pytest.mark.parametrize("axis", [None, 0, -1, [0, 1]])
@pytest.mark.parametrize("name", ["max", "min", "prod", "sum", "mean", "var", "std"])
def test_reductions(name, axis):
    along = tuple(axis) if isinstance(axis, list) else axis
    check(getattr(K, name)(A, axis=axis), getattr(np, name)(A, axis=along))
    check(getattr(K, name)(A, axis=axis, keepdims=True), getattr(np, name)(A, axis=along, keepdims=True))


def test_mean_of_truth_values():
    check(K.mean(K.equal(np.array([1, 2, 3, 4]), np.array([1, 2, 0, 0]))), 0.5)


def test_any_all():
    x = A > 0
    np.testing.assert_array_equal(K.get_value(K.any(x, axis=0)), x.any(0))
    np.testing.assert_array_equal(K.get_value(K.all(x, axis=1)), x.all(1))


def test_defaults_of_axes():
    np.testing.assert_array_equal(K.get_value(K.argmax(A)), A.argmax(-1))
    np.testing.assert_array_equal(K.get_value(K.argmin(A)), A.argmin(-1))
    check(K.cumsum(A), A.cumsum(0))
    check(K.cumprod(A, axis=1), A.cumprod(1))


@pytest.mark.parametrize("name", ["abs", "square", "exp", "sign", "sin", "cos", "tanh"])
def test_elementwise(name):
    check(getattr(K, name)(A), getattr(np, name)(A))


def test_positive_only():
    check(K.sqrt(np.abs(A)), np.sqrt(np.abs(A)))
    check(K.log(np.abs(A)), np.log(np.abs(A)))
    check(K.logsumexp(A, axis=1), np.log(np.exp(A).sum(1)))


def test_pow_and_round():
    check(K.pow(A, 2), A**2)
    check(K.round(np.array([0.5, 1.5, 2.4, -0.5])), [0, 2, 2, 0])


def test_clip():
    check(K.clip(A, -0.5, 0.5), np.clip(A, -0.5, 0.5))
    check(K.clip(A, 0.1, None), np.maximum(A, 0.1))
    check(K.clip(A, 1.0, -1.0), np.ones_like(A))


@pytest.mark.parametrize(
    ("x", "y", "formula"),
    [((2, 3), (3, 4), "ab,bc->ac"), ((2, 3, 4), (4, 5), "abc,cd->abd"), ((2, 3, 4), (5, 4, 6), "abc,dce->abde")],
)
def test_dot(x, y, formula):
    a, b = rng.normal(size=x).astype("float32"), rng.normal(size=y).astype("float32")
    check(K.dot(a, b), np.einsum(formula, a, b))


@pytest.mark.parametrize(
    ("x", "y", "axes", "formula"),
    [
        ((5, 3), (5, 3), None, "ab,ab->a"),
        ((5, 3), (5, 3), 1, "ab,ab->a"),
        ((5, 3, 4), (5, 4, 6), None, "abc,acd->abd"),
        ((5, 3, 4), (5, 4), None, "abc,ac->ab"),
        ((5, 4, 3), (5, 4, 6), 1, "acb,acd->abd"),
        ((5, 3, 4), (5, 6, 4), (2, 2), "abc,adc->abd"),
        ((5, 3, 4, 2), (5, 2, 7), (-1, 1), "abcd,ade->abce"),
    ],
)
def test_batch_dot(x, y, axes, formula):
    a, b = rng.normal(size=x).astype("float32"), rng.normal(size=y).astype("float32")
    expected = np.einsum(formula, a, b)
    check(K.batch_dot(a, b, axes), expected if expected.ndim > 1 else expected[:, None])


def test_batch_dot_of_the_batch_itself():
    with pytest.raises(ValueError, match="cannot reduce the batch axis"):
        K.batch_dot(A, B, axes=(0, 1))
    with pytest.raises(ValueError, match="at least two axes"):
        K.batch_dot(A[0], B)


def test_gather_and_transpose():
    check(K.gather(A, np.array([[2, 0]])), A[[[2, 0]]])
    check(K.transpose(np.ones((2, 3, 4))), np.ones((4, 3, 2)))
