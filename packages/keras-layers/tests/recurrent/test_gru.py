from keras_conformance import Case
from keras_layers import GRU
from layer_references import gru_step
from recurrent_contract import MASK, RecurrentContract


class TestGRU(RecurrentContract):
    layer = GRU
    step = staticmethod(gru_step)
    states = 1
    cases = [
        *RecurrentContract.cases,
        Case((2, 3, 4), {"units": 2, "reset_after": False}),
        Case((2, 3, 4), {"units": 2, "reset_after": False, "go_backwards": True}, {"mask": MASK}),
    ]


def test_the_bias_has_a_row_for_the_state_only_with_reset_after():
    for reset_after, shape in ((True, (2, 9)), (False, (9,))):
        layer = GRU(3, reset_after=reset_after)
        layer.build((None, 3, 4))
        assert layer.cell.bias.shape == shape
