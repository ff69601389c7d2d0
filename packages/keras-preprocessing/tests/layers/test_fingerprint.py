"""The values are those of FarmHash's `Fingerprint64`, as TensorFlow computes it."""

import pytest
from keras_preprocessing.layers.fingerprint import crossed, fingerprint

KNOWN = [
    (b"", 11160318154034397263),
    (b"a", 12917804110809363939),
    (b"word", 16498804621125554880),
    (b"Keras preprocesses", 6894582446602430512),
    (b"x" * 40, 17003596230054984852),
    (b"y" * 100, 17121492607157028355),
    (bytes(range(200)), 525935771297148851),
]


@pytest.mark.parametrize(("data", "expected"), KNOWN)
def test_known_values(data, expected):
    assert fingerprint(data) == expected


def test_two_as_one():
    # as TensorFlow crosses "A" and 101, from its seed on, in the documentation of HashedCrossing
    assert crossed(crossed(0xDECAFCAFFE, fingerprint(b"A")), 101) % 5 == 1
    assert crossed(1, 2) != crossed(2, 1) and crossed(2**64 - 1, 2**64 - 1) < 2**64


def test_against_tensorflow():
    tf = pytest.importorskip("tensorflow")
    data = [bytes((7 * i + length) % 256 for i in range(length)) for length in range(300)]
    found = tf.strings.to_hash_bucket_fast(data, 2**62 - 57).numpy()
    assert [fingerprint(one) % (2**62 - 57) for one in data] == found.tolist()
