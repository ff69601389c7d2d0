import numpy as np
from keras_layers.attention import masks


def test_combine_takes_none_as_true_everywhere():
    a, b = np.array([True, True, False]), np.array([True, False, False])
    assert np.asarray(masks.combine(a, b)).tolist() == [True, False, False]
    assert masks.combine(a, None) is a
    assert masks.combine(None, b) is b
    assert masks.combine(None, None) is None


def test_a_mask_of_keys_gets_an_axis_of_queries():
    assert masks.for_keys(None) is None
    assert np.asarray(masks.for_keys(np.array([[1, 0]]))).tolist() == [[[True, False]]]


def test_causal_and_window():
    assert np.asarray(masks.causal(2, 3)).tolist() == [[True, False, False], [True, True, False]]
    distance = np.abs(np.arange(4)[:, None] - np.arange(4))
    np.testing.assert_array_equal(np.asarray(masks.window(4, 4, 2)), distance < 2)


def test_queries_that_begin_later_and_keys_that_are_there():
    assert np.asarray(masks.causal(2, 4, 1)).tolist() == [[True, True, False, False], [True, True, True, False]]
    assert np.asarray(masks.window(1, 5, 2, 2)).tolist() == [[False, True, True, True, False]]
    assert np.asarray(masks.written(4, 3)).tolist() == [[True, True, True, False]]


def test_masked_scores_vanish_in_the_softmax():
    scores = np.array([1.0, 2.0], "float32")
    assert masks.masked_scores(scores, None) is scores
    found = np.asarray(masks.masked_scores(scores, np.array([True, False])))
    assert found[0] == 1.0
    assert np.exp(found[1]) == 0.0
