import numpy as np
import pytest
from keras_datasets._word_lists import Numbering, numbered

TEXTS = [[5, 1, 9], [], [2], [7, 7, 3, 1, 4, 8], [9, 9]]
USUAL = Numbering(None, 0, None, 1, 2, 3)


def expected(texts, n):
    """The same word by word, as the arguments' description says."""
    begin = [] if n.start_char is None else [n.start_char]
    lists = [[*begin, *(word + (n.index_from or 0) for word in text)] for text in texts]
    rows = [row for row, words in enumerate(lists) if not n.maxlen or len(words) < n.maxlen]
    limit = n.num_words or max(max(lists[row], default=0) for row in rows)
    found = []
    for row in rows:
        known = [word if n.skip_top <= word < limit else n.oov_char for word in lists[row]]
        found.append([word for word in known if word is not None])
    return found, rows


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"num_words": 10},
        {"num_words": 10, "skip_top": 5},
        {"skip_top": 4, "oov_char": None},
        {"maxlen": 4},
        {"maxlen": 4, "start_char": None, "num_words": 6, "oov_char": None},
        {"start_char": None, "index_from": None},
        {"start_char": None, "index_from": 0, "oov_char": 99, "num_words": 8},
        {"start_char": 7, "index_from": 10, "num_words": 14},
    ],
    ids=str,
)
def test_numbered(changes):
    numbering = USUAL._replace(**changes)
    lists, rows = numbered(TEXTS, numbering)
    wanted, wanted_rows = expected(TEXTS, numbering)
    assert lists.dtype == object and lists.tolist() == wanted
    assert rows.tolist() == wanted_rows
    assert all(type(word) is int for words in lists for word in words)


def test_by_hand():
    lists, _ = numbered([[1, 2, 30], [2]], USUAL._replace(num_words=20))
    assert lists.tolist() == [[1, 4, 5, 2], [1, 5]]


def test_lists_of_one_length_stay_lists():
    lists, _ = numbered([[1, 2], [3, 4]], USUAL._replace(num_words=20))
    assert lists.shape == (2,) and lists[1] == [1, 6, 7]


def test_all_too_long():
    with pytest.raises(ValueError, match=r"less than maxlen=1 words \(the shortest has 1\)"):
        numbered(TEXTS, USUAL._replace(maxlen=1))


def test_an_array_of_lists():
    texts = np.empty(len(TEXTS), object)
    texts[:] = TEXTS
    assert numbered(texts, USUAL)[0].tolist() == numbered(TEXTS, USUAL)[0].tolist()
