from keras_backend_cntk.spec import SPEC


def test_it_trains_and_is_never_chosen_unasked():
    assert SPEC.name == "cntk" and SPEC.trains and SPEC.priority < 0
