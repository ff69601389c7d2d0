import numpy as np
import pytest
from keras_core import Input, Model, ops
from keras_preprocessing.layers import CategoryEncoding


def test_modes():
    x = np.array([[3, 2, 0, 1, 1]])
    rows = {
        "one_hot": np.eye(4)[x],
        "multi_hot": [[1, 1, 1, 1]],
        "binary": [[1, 1, 1, 1]],
        "count": [[1, 2, 1, 1]],
    }
    for mode, expected in rows.items():
        layer = CategoryEncoding(4, mode)
        found = ops.convert_to_numpy(layer(x))
        np.testing.assert_array_equal(found, np.array(expected, "float32"), strict=True)
        assert layer.compute_output_shape((None, 5))[1:] == found.shape[1:]
        assert CategoryEncoding.from_config(layer.get_config()).output_mode == layer.output_mode


def test_weights_in_a_graph():
    x, w = Input((3,), dtype="int32"), Input((3,))
    model = Model([x, w], CategoryEncoding(3, "count")(x, count_weights=w))
    found = model.predict([np.array([[0, 2, 2]]), np.array([[1.0, 0.5, 2.0]])], verbose=0)
    assert model.output_shape == (None, 3) and found.tolist() == [[1, 0, 2.5]]
    with pytest.raises(ValueError, match='count_weights belong to output_mode="count"'):
        CategoryEncoding(3)(np.array([[0]]), count_weights=np.array([[1.0]]))


def test_categories_that_there_are_not():
    x = Input((2,), dtype="int32")
    model = Model(x, CategoryEncoding(3, name="cats")(x))
    with pytest.raises(ValueError, match=r"'cats' .* run from 0 to 3; num_tokens=3 takes 0 ... 2"):
        model.predict(np.array([[0, 3]]), verbose=0)
    with pytest.raises(ValueError, match=r"'cats' .* run from -1 to 2; num_tokens=3 takes 0 ... 2"):
        CategoryEncoding(3, name="cats")(np.array([[-1, 2]]))


@pytest.mark.parametrize("options", [{}, {"num_tokens": 0}, {"num_tokens": 2, "output_mode": "int"}])
def test_what_does_not_fit(options):
    with pytest.raises(ValueError, match=r"num_tokens must be at least 1|output_mode must be one of"):
        CategoryEncoding(**options)
