import numpy as np
import pytest
from keras_core import Layer
from keras_preprocessing.layers.buckets import bucket, checked_salt
from keras_preprocessing.layers.fingerprint import fingerprint


def test_buckets():
    assert bucket("word", 10) == 16498804621125554880 % 10
    assert bucket("é", 1000) == fingerprint("é".encode()) % 1000
    assert bucket(-31, 1000) == bucket("-31", 1000)
    # Keras 3's documentation of Hashing has these with salt=[133, 137] and salt=133.
    assert [bucket(letter, 3, [133, 137]) for letter in "ABCDE"] == [1, 2, 1, 0, 2]
    assert [bucket(letter, 3, [133, 133]) for letter in "ABCDE"] == [0, 0, 2, 1, 0]


def test_salts():
    assert checked_salt(Layer(), 3) == [3, 3] and checked_salt(Layer(), np.array([1, 2])) == [1, 2]
    assert checked_salt(Layer(), None) is None
    for wrong in ([1], "x", [1, 2.5]):
        with pytest.raises(ValueError, match="salt must be an int or two of them"):
            checked_salt(Layer(), wrong)
