"""Connectionist temporal classification, against sums over all alignments."""

import itertools

import numpy as np
import pytest
from keras_core import Input, Model
from keras_layers import Lambda
from keras_legacy import backend as K


def collapsed(path, blank):
    return tuple(one for one, _ in itertools.groupby(path) if one != blank)


def probabilities_of(y_pred):
    """Label sequence → the sum of its alignments' probabilities."""
    steps, classes = y_pred.shape
    found = {}
    for path in itertools.product(range(classes), repeat=steps):
        labels = collapsed(path, classes - 1)
        found[labels] = found.get(labels, 0.0) + np.prod([y_pred[t, c] for t, c in enumerate(path)])
    return found


@pytest.fixture
def y_pred():
    scores = np.exp(np.random.default_rng(0).normal(size=(2, 4, 3)))
    return (scores / scores.sum(-1, keepdims=True)).astype("float32")


def test_the_cost_sums_over_alignments(y_pred):
    y_true, lengths, steps = np.array([[0, 1], [1, 0]]), np.array([[2], [1]]), np.array([[4], [3]])
    cost = K.eval(K.ctc_batch_cost(y_true, y_pred, steps, lengths))
    expected = [
        [-np.log(probabilities_of(y_pred[0])[0, 1])],
        [-np.log(probabilities_of(y_pred[1, :3])[(1,)])],
    ]
    np.testing.assert_allclose(cost, expected, rtol=1e-4)


def test_the_cost_in_a_model(y_pred):
    arguments = [Input((2,)), Input((4, 3)), Input((1,)), Input((1,))]
    model = Model(arguments, Lambda(lambda given: K.ctc_batch_cost(*given))(arguments))
    assert model.output_shape == (None, 1)
    given = [np.array([[0, 1], [1, 0]]), y_pred, np.array([[4], [4]]), np.array([[2], [2]])]
    expected = [-np.log(probabilities_of(p)[tuple(t)]) for t, p in zip(given[0], y_pred, strict=True)]
    np.testing.assert_allclose(model.predict(given, verbose=0)[:, 0], expected, rtol=1e-4)


def test_greedy_decoding(y_pred):
    (labels,), score = K.ctc_decode(y_pred, np.array([4, 3]))
    for row, p, steps in zip(K.eval(labels), y_pred, (4, 3), strict=True):
        expected = collapsed(p[:steps].argmax(-1), 2)
        assert tuple(row[row >= 0]) == expected
    best = -np.log(y_pred.max(-1))
    np.testing.assert_allclose(K.eval(score)[:, 0], [best[0].sum(), best[1, :3].sum()], rtol=1e-4)


def test_beam_search(y_pred):
    paths, scores = K.ctc_decode(y_pred, np.array([4, 4]), greedy=False, beam_width=50, top_paths=3)
    for number, p in enumerate(y_pred):
        expected = sorted(probabilities_of(p).items(), key=lambda item: -item[1])[:3]
        found = [tuple(row[row >= 0]) for row in (K.eval(path)[number] for path in paths)]
        assert found == [labels for labels, _ in expected]
        np.testing.assert_allclose(K.eval(scores)[number], np.log([p for _, p in expected]), rtol=1e-3)


def test_equal_neighbours_of_the_beam_search_once():
    y_pred = np.full((1, 3, 3), 0.05, "float32")
    y_pred[0, [0, 1, 2], [1, 2, 1]] = 0.9
    (labels,), _ = K.ctc_decode(y_pred, [3], greedy=False)
    assert K.eval(labels).tolist() == [[1, 1, -1]]
    (labels,), _ = K.ctc_decode(y_pred, [3], greedy=False, merge_repeated=True)
    assert K.eval(labels).tolist() == [[1, -1, -1]]


def test_labels_one_after_the_other():
    sparse = K.ctc_label_dense_to_sparse(np.array([[5, 6, 0], [7, 0, 0]]), np.array([2, 1]))
    assert sparse.indices.tolist() == [[0, 0], [0, 1], [1, 0]]
    assert sparse.values.tolist() == [5, 6, 7] and sparse.dense_shape == (2, 3)
    with pytest.raises(TypeError, match="there are no sparse tensors"):
        K.ctc_label_dense_to_sparse(Input((3,)), [1])
