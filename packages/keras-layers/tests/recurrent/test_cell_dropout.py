import numpy as np
from keras_layers import SimpleRNNCell


def test_masks_keep_what_is_not_dropped():
    cell = SimpleRNNCell(3, dropout=0.5, recurrent_dropout=0.25, seed=1)
    of_inputs, of_state = cell.dropout_masks(np.ones((40, 50), "float32"), [np.ones((40, 3), "float32")], True)
    assert set(np.unique(np.asarray(of_inputs)).round(4)) == {0.0, 2.0}
    np.testing.assert_allclose(np.unique(np.asarray(of_state)), [0.0, 4 / 3], rtol=1e-6)
    assert 0.45 < np.mean(np.asarray(of_inputs) == 0) < 0.55
    assert cell.dropout_masks(np.ones((1, 2), "float32"), [np.ones((1, 3), "float32")], False) == (None, None)
