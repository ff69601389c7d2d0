"""The values are those of the paper's appendix, and of TensorFlow where it is installed."""

import pytest
from keras_preprocessing.layers.siphash import siphash

KEY = (0x0706050403020100, 0x0F0E0D0C0B0A0908)


@pytest.mark.parametrize(
    ("length", "expected"), [(0, 0x726FDB47DD0E0E31), (1, 0x74F839C593DC67FD), (15, 0xA129CA6149BE45E5)]
)
def test_published_vectors(length, expected):
    assert siphash(bytes(range(length)), KEY) == expected


def test_against_tensorflow():
    tf = pytest.importorskip("tensorflow")
    data = [bytes((7 * i + length) % 256 for i in range(length)) for length in range(40)]
    found = tf.strings.to_hash_bucket_strong(data, 2**62 - 57, [133, 137]).numpy()
    assert [siphash(one, (133, 137)) % (2**62 - 57) for one in data] == found.tolist()
