"""What ops.print_tensor prints."""

import numpy as np
import pytest
from keras_core.backend.toolkit import print_array


@pytest.mark.parametrize(
    ("message", "summarize", "printed"),
    [("x =", 1, "x = [0 ... 4]\n"), ("", 2, "[0 1 ... 3 4]\n"), ("", 3, "[0 1 2 3 4]\n"), ("", -1, "[0 1 2 3 4]\n")],
)
def test_ends_of_an_axis(message, summarize, printed, capsys):
    print_array(message, summarize, np.arange(5))
    assert capsys.readouterr().out == printed


def test_all_of_a_large_array(capsys):
    print_array("", -1, np.arange(2000))
    assert "..." not in capsys.readouterr().out
