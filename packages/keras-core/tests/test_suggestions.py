"""Hints in messages."""

from keras_core.suggestions import did_you_mean, not_taken


def test_near_names():
    assert did_you_mean(["unit"], ["units", "kernel"]) == " Did you mean 'units'?"
    assert did_you_mean(["unit", "kernal"], ["units", "kernel"]) == " Did you mean 'units' and 'kernel'?"
    assert did_you_mean(["zzz"], ["units"]) == ""


def test_arguments_that_a_function_does_not_take():
    def function(self, units, bias=True, **kwargs):
        return None

    assert not_taken("Dense", ["unit"], function) == (
        "Dense() does not take 'unit'. Did you mean 'units'? It takes units, bias."
    )
