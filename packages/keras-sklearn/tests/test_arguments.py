import pytest
from keras_sklearn._arguments import COMPILE, FIT, PREDICT, check_extra, names_taken, routed, takes_x


def function(a, b=1, *args, c, **kwargs):
    pass


def test_names_taken():
    assert names_taken(function) == ({"a", "b", "c"}, True)
    assert names_taken(lambda x: x) == ({"x"}, False)


def test_the_arguments_of_models():
    assert {"epochs", "batch_size", "validation_split", "validation_data", "nb_epoch"} <= FIT
    assert not {"x", "y", "self", "sample_weight", "class_weight"} & (FIT | PREDICT | COMPILE)
    assert {"optimizer", "loss", "metrics", "jit_compile"} <= COMPILE and "steps" in PREDICT


def test_routed():
    assert routed({"fit__epochs": 1, "fit": 2, "model__a__b": 3}, "fit") == {"epochs": 1}
    assert routed({"model__a__b": 3}, "model") == {"a__b": 3}


def test_check_extra():
    check_extra({"epochs", "model__x", "units"}, lambda units: None, "Thing")
    check_extra({"anything"}, function, "Thing")
    with pytest.raises(ValueError, match=r"Thing has no parameter 'one', 'two'\. .*makes the model \(none\)"):
        check_extra({"two", "one", "epochs"}, None, "Thing")


class Doubling:
    @takes_x
    def predict(self, X, **kwargs):
        return 2 * X, kwargs


def test_data_by_the_name_of_keras_2():
    assert Doubling().predict(3, steps=1) == Doubling().predict(x=3, steps=1) == (6, {"steps": 1})
    with pytest.raises(TypeError, match=r"Doubling\.predict\(\) got X and x, which are the same"):
        Doubling().predict(3, x=3)
