import json

import numpy as np
import pytest
from keras_core.saving import FileFormatError
from keras_datasets import imdb

TRAIN, TEST = [[1, 2, 30], [4], [5, 6, 7, 8]], [[9, 1], [2, 2, 2]]


@pytest.fixture
def data(publish, npz):
    content = npz(x_train=TRAIN, y_train=np.array([1, 0, 1]), x_test=TEST, y_test=np.array([0, 1]))
    publish(imdb, "FILE", content)


def test_load_data(data):
    (x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=20)
    random = np.random.RandomState(113)
    orders = random.permutation(3), random.permutation(2)
    shifted = [[1, 4, 5, 2], [1, 7], [1, 8, 9, 10, 11]], [[1, 12, 4], [1, 5, 5, 5]]
    assert x_train.tolist() == [shifted[0][row] for row in orders[0]]
    assert x_test.tolist() == [shifted[1][row] for row in orders[1]]
    assert y_train.tolist() == [[1, 0, 1][row] for row in orders[0]]
    assert y_test.tolist() == [[0, 1][row] for row in orders[1]]


def test_the_highest_number_of_both_sets_is_the_limit(data):
    (x_train, _), (x_test, _) = imdb.load_data(start_char=None, index_from=None, oov_char=0)
    assert sorted(map(list, x_train)) == [[1, 2, 0], [4], [5, 6, 7, 8]]
    assert sorted(map(list, x_test)) == [[2, 2, 2], [9, 1]]


def test_maxlen(data):
    (x_train, y_train), (x_test, y_test) = imdb.load_data(num_words=50, maxlen=4)
    assert [*x_train] == [[1, 7]] and y_train.tolist() == [0]
    assert [*x_test] == [[1, 12, 4]] and y_test.tolist() == [0]
    with pytest.raises(ValueError, match="No review of the test set is shorter than maxlen=3"):
        imdb.load_data(maxlen=3)
    with pytest.raises(ValueError, match="less than maxlen=1 words"):
        imdb.load_data(maxlen=1)


def test_names_of_keras_1(data):
    with pytest.warns(UserWarning, match="takes num_words"):
        (x_train, _), _ = imdb.load_data(nb_words=5)
    assert max(map(max, x_train)) < 5
    with pytest.raises(TypeError, match="does not take words"):
        imdb.load_data(words=3)


def test_word_index(publish):
    publish(imdb, "WORDS", json.dumps({"the": 1, "café": 2}).encode())
    assert imdb.get_word_index() == {"the": 1, "café": 2}


def test_a_file_that_would_run_something(publish, npz):
    class Evil:
        def __reduce__(self):
            return pytest.fail, ("it ran",)

    publish(imdb, "FILE", npz(x_train=[Evil()], y_train=np.ones(1), x_test=[[1]], y_test=np.ones(1)))
    with pytest.raises(FileFormatError, match=r"imdb\.npz: x_train' is refused: it names .* which is not read"):
        imdb.load_data()
