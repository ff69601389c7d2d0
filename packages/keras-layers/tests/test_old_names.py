import warnings

import pytest
from keras_layers.old_names import Only, old_names


class Thing:
    @old_names(
        keras1={"width": "size", ("rows", "columns"): "shape", "hint": None, "mode": Only(0)},
        keras2={"alpha": "slope", "length": ("shape", lambda n: (n,))},
    )
    def __init__(self, size=1, shape=(), slope=0.5):
        self.given = {"size": size, "shape": shape, "slope": slope}


def test_names_of_today_pass_unchanged():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Thing(3, shape=(1,)).given == {"size": 3, "shape": (1,), "slope": 0.5}


def test_keras_2_names_are_silent():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert Thing(alpha=0.1, length=4).given == {"size": 1, "shape": (4,), "slope": 0.1}


def test_keras_1_names_warn_where_the_layer_is_made():
    with pytest.warns(DeprecationWarning, match=r"Thing: width is a Keras 1 argument; write size=\.") as seen:
        assert Thing(width=2).given["size"] == 2
    assert seen[0].filename == __file__


def test_several_names_become_a_tuple_together():
    with pytest.warns(DeprecationWarning, match="rows and columns"):
        assert Thing(rows=2, columns=3).given["shape"] == (2, 3)
    with pytest.raises(TypeError, match="rows, columns belong together, but only rows was given"):
        Thing(rows=2)


def test_names_without_effect_are_dropped():
    with pytest.warns(DeprecationWarning, match="leave it out, it has no effect"):
        assert Thing(hint=3).given == Thing().given


def test_a_single_supported_value():
    assert Thing(mode=0).given == Thing().given
    with pytest.raises(ValueError, match="mode=1 is not supported; leave it out or give 0"):
        Thing(mode=1)


def test_none_means_not_given():
    assert Thing(alpha=None).given["slope"] == 0.5


def test_both_names_are_too_many():
    with pytest.raises(TypeError, match="alpha is an older name of slope; only one"):
        Thing(alpha=0.1, slope=0.2)
    with pytest.raises(TypeError, match="slope"):
        Thing(1, (), 0.2, alpha=0.1)
