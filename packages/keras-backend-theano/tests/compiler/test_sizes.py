from keras_backend_theano.compiler.sizes import BATCH, assumed_size, assumed_sizes


def test_unknown_sizes_count_as_a_batch():
    assert assumed_sizes((None, 3, None)) == [BATCH, 3, BATCH]
    assert assumed_size((2, None, 3)) == 6 * BATCH
    assert assumed_size(()) == 1
