"""The values are those of FarmHash's `Fingerprint64`, as TensorFlow computes it."""

import pytest
from keras_preprocessing.layers.fingerprint import bucket, fingerprint

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


def test_buckets():
    assert bucket("word", 10) == 16498804621125554880 % 10
    assert bucket("é", 1000) == fingerprint("é".encode()) % 1000


def test_against_tensorflow():
    tf = pytest.importorskip("tensorflow")
    data = [bytes((7 * i + length) % 256 for i in range(length)) for length in range(300)]
    found = tf.strings.to_hash_bucket_fast(data, 2**62 - 57).numpy()
    assert [fingerprint(one) % (2**62 - 57) for one in data] == found.tolist()
