import numpy as np
import pytest
from keras_core import ops
from keras_preprocessing.image import smart_resize

RNG = np.random.default_rng(0)


@pytest.mark.parametrize(
    ("shape", "size", "part"),
    [
        ((4, 8, 3), (2, 2), np.s_[:, 2:6]),
        ((8, 4, 3), (2, 4), np.s_[3:5, :]),
        ((6, 6, 3), (3, 3), np.s_[:, :]),
    ],
)
def test_the_centre_is_cut_and_resized(shape, size, part):
    x = RNG.random(shape).astype("float32")
    expected = ops.convert_to_numpy(ops.resize(x[part], size, data_format="channels_last"))
    np.testing.assert_allclose(smart_resize(x, size), expected, rtol=1e-6)
    np.testing.assert_allclose(smart_resize(x[None].repeat(2, 0), size)[1], expected, rtol=1e-6)
    first = smart_resize(np.moveaxis(x, 2, 0), size, data_format="channels_first")
    np.testing.assert_allclose(np.moveaxis(first, 0, 2), expected, rtol=1e-6)


def test_halves_by_hand():
    x = np.arange(16.0, dtype="float32").reshape(4, 4, 1)
    np.testing.assert_allclose(smart_resize(x, (2, 2))[..., 0], x[..., 0].reshape(2, 2, 2, 2).mean((1, 3)))
    np.testing.assert_array_equal(smart_resize(x, (2, 2), "nearest")[..., 0] % 4, [[1, 3], [1, 3]])


def test_what_is_given_comes_back():
    assert isinstance(smart_resize(np.zeros((4, 4, 3)).tolist(), (2, 2)), np.ndarray)
    tensor = ops.convert_to_tensor(np.zeros((4, 4, 3), "float32"))
    assert ops.is_tensor(smart_resize(tensor, (2, 2)))


def test_what_does_not_fit():
    with pytest.raises(ValueError, match=r"3 or 4 axes; got shape \(4, 4\)"):
        smart_resize(np.zeros((4, 4)), (2, 2))
    with pytest.raises(ValueError, match=r"smart_resize\(\): the size is height and width"):
        smart_resize(np.zeros((4, 4, 3)), 7)
