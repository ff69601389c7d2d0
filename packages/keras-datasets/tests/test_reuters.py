import json

import numpy as np
import pytest
from keras_datasets import reuters

TEXTS = [[1, 2, 30], [4], [5, 6, 7, 8], [9, 1], [2, 2, 2]]


@pytest.fixture
def data(publish, npz):
    publish(reuters, "FILE", npz(x=TEXTS, y=np.arange(5)))


def test_load_data(data):
    (x_train, y_train), (x_test, y_test) = reuters.load_data(num_words=50)
    order = np.random.RandomState(113).permutation(5)
    assert [*x_train, *x_test] == [[1, *(word + 3 for word in TEXTS[row])] for row in order]
    assert [*y_train, *y_test] == [*order] and len(y_test) == 1


def test_arguments(data):
    (x_train, y_train), (x_test, _) = reuters.load_data(num_words=50, maxlen=5, test_split=0.5, seed=0)
    assert len(x_train) == 2 and len(x_test) == 2 and 2 not in y_train
    with pytest.raises(ValueError, match="test_split"):
        reuters.load_data(test_split=2)


def test_word_index(publish):
    publish(reuters, "WORDS", json.dumps({"mln": 1}).encode())
    assert reuters.get_word_index() == {"mln": 1}


def test_label_names():
    names = reuters.get_label_names()
    assert len(names) == len(set(names)) == 46
    assert (names[0], names[3], names[45]) == ("cocoa", "earn", "lead")
