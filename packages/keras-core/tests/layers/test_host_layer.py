import copy

import numpy as np
import pytest
from keras_core import Input, KerasTensor, Layer, Model, ops, saving
from keras_core.layers import HostLayer
from keras_core.layers.host_layer import Strings, first_strings


class Lengths(HostLayer):
    """How long each text is."""

    def call(self, inputs):
        return np.vectorize(len)(inputs)

    def compute_output_spec(self, inputs):
        return KerasTensor(inputs.shape, "int64")


class Upper(HostLayer):
    """Texts in capitals."""

    def call(self, inputs):
        return np.char.upper(inputs.astype(str))

    def compute_output_spec(self, inputs):
        return KerasTensor(inputs.shape, "string")


class Unspecified(HostLayer):
    def call(self, inputs):
        return inputs


class Doubled(Layer):
    def call(self, inputs):
        return inputs * 2


def test_on_data_it_gives_tensors_of_numbers_and_arrays_of_strings():
    for given in (["a", "bcd"], np.array([b"a", b"bcd"]), np.array(["a", "bcd"], object)):
        found = Lengths()(given)
        assert ops.is_tensor(found) and ops.convert_to_numpy(found).tolist() == [1, 3]
    assert Upper()(["a", "b"]).tolist() == ["A", "B"]


def test_in_a_graph_it_takes_strings_alone():
    text = Input((1,), dtype="string")
    assert Lengths()(text).shape == (None, 1) and Lengths()(text).dtype == "int64"
    assert Upper()(text).dtype == "string"
    with pytest.raises(TypeError, match=r"'few' \(Lengths\) works on data, .*called on a symbolic tensor of float"):
        Lengths(name="few")(Input((1,)))
    with pytest.raises(TypeError, match=r"'un' \(Unspecified\) runs on the host.*define compute_output_spec"):
        Unspecified(name="un")(text)


def test_other_layers_refuse_strings_by_name():
    with pytest.raises(TypeError, match=r"Layer 'twice': multiply\(\) takes numbers, got strings. Put a layer such as"):
        Doubled(name="twice")(Input((1,), dtype="string"))
    with pytest.raises(TypeError, match=r"^add\(\) takes numbers, got strings"):
        Input((1,), dtype="string") + 1


def test_strings_hold_what_was_made_of_them():
    layer = Lengths()
    strings = Strings({layer.result_key: 7})
    assert layer(strings) == 7 and layer([strings, 1]) == 7
    with pytest.raises(TypeError, match=r"'other' \(Lengths\) was not called on these strings"):
        Lengths(name="other")(strings)
    assert first_strings([1, strings]) is strings and first_strings(({},)) is None and first_strings(None) is None


def test_no_two_layers_have_one_key_though_the_first_is_gone():
    keys = [Lengths(name="same").result_key for _ in range(20)]
    assert len(set(keys)) == 20
    layer = Lengths(name="same")
    assert layer.result_key == layer.result_key != copy.copy(layer).result_key


def test_a_class_of_ones_own_in_a_saved_model(tmp_path):
    text = Input((1,), dtype="string")
    model = Model(text, Doubled()(Lengths()(Upper()(text))))
    x = np.array([["a"], ["bcd"]])
    assert model.predict(x, verbose=0).tolist() == [[2], [6]]
    custom = {one.__name__: one for one in (Doubled, Lengths, Upper)}
    with pytest.warns(UserWarning, match="Loading the model will need"):
        model.save(tmp_path / "m.keras")
    assert saving.load_model(tmp_path / "m.keras", custom).predict(x, verbose=0).tolist() == [[2], [6]]
