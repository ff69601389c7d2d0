import random

import numpy as np
import pytest
from keras_preprocessing.sequence import make_sampling_table, skipgrams


def near_pairs(words, window):
    return [
        [words[i], words[j]]
        for i in range(len(words))
        for j in range(max(0, i - window), min(len(words), i + window + 1))
        if i != j and words[i] and words[j]
    ]


@pytest.mark.parametrize("window", [1, 2, 5])
def test_near_words(window):
    words = [1, 2, 0, 3, 4, 2]
    couples, labels = skipgrams(words, 5, window_size=window, negative_samples=0, shuffle=False)
    assert couples == near_pairs(words, window)
    assert labels == [1] * len(couples)


def test_random_pairs_follow_the_near_ones():
    words = [1, 2, 3]
    couples, labels = skipgrams(words, 10, window_size=1, negative_samples=2.5, shuffle=False, seed=3)
    near = near_pairs(words, 1)
    assert couples[: len(near)] == near and labels == [1] * 4 + [0] * 10
    # the first words of random pairs are those of the near ones, over and over
    firsts = sorted(couple[0] for couple in couples[4:12])
    assert firsts == sorted([1, 2, 2, 3] * 2)
    assert all(1 <= second < 10 for _, second in couples[4:])
    assert len({second for _, second in skipgrams(list(range(1, 50)), 50, seed=1)[0]}) > 40


def test_shuffled_pairs_keep_their_labels():
    words = [1, 2, 3, 4]
    couples, labels = skipgrams(words, 1000, window_size=1, seed=4)
    near = near_pairs(words, 1)
    assert sorted(couple for couple, label in zip(couples, labels, strict=True) if label) == sorted(near)
    assert labels != sorted(labels, reverse=True)


def test_labels_as_categories():
    _, labels = skipgrams([1, 2], 3, categorical=True, shuffle=False, seed=0)
    assert labels == [[0, 1], [0, 1], [1, 0], [1, 0]]


def test_seeds():
    words = list(range(1, 30))
    assert skipgrams(words, 30, seed=5) == skipgrams(words, 30, seed=5) != skipgrams(words, 30, seed=6)
    random.seed(1)
    first = skipgrams(words, 30)
    random.seed(1)
    assert skipgrams(words, 30) == first != skipgrams(words, 30)


def test_frequent_words_are_thinned_out():
    words = [1, 2] * 500
    table = np.array([0, 0.1, 1.0])
    couples, _ = skipgrams(words, 3, window_size=1, negative_samples=0, sampling_table=table, seed=0)
    firsts = np.array(couples)[:, 0]
    assert (firsts == 2).sum() == 999
    assert 60 < (firsts == 1).sum() < 140  # 100 expected


def test_what_does_not_fit():
    with pytest.raises(ValueError, match="an array of shape \\(1, 2\\)"):
        skipgrams([[1, 2]], 3)
    with pytest.raises(ValueError, match="vocabulary_size of at least 2"):
        skipgrams([1, 1], 1)
    assert skipgrams([], 5) == ([], [])


def test_table_is_zipf_s_law():
    table = make_sampling_table(100, 1e-3)
    rank = np.arange(1, 100)
    frequency = 1 / (rank * (np.log(rank) + 0.577) + 0.5 - 1 / (12 * rank))
    np.testing.assert_allclose(table[1:], np.minimum(1, np.sqrt(1e-3 / frequency)))
    assert table[0] == table[1] and table.shape == (100,)
    assert make_sampling_table(3, 100).tolist() == [1, 1, 1]
