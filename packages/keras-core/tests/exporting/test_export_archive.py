import pytest
from keras_core import Input, Layer, Sequential, Spec, Variable, ops
from keras_core.exporting import ExportArchive, ExportError


class Scale(Layer):
    def build(self, shape):
        self.factor = self.add_weight((), name="factor")
        self.offset = self.add_weight((), name="offset", trainable=False)

    def call(self, x):
        return x * self.factor + self.offset


def test_functions_and_their_variables():
    model = Sequential([Input((3,)), Scale(name="scale")])
    archive = ExportArchive()
    archive.track(model)
    archive.track_and_add_endpoint("serve", model)
    own = Variable("ones", (3,), name="own")
    fn = lambda x: ops.add(x, own)
    assert archive.add_endpoint("moved", fn, [Spec((None, 3))]) is fn
    assert archive.endpoint_names == ["serve", "moved"]
    assert [v.name for v in archive.trainable_variables] == ["factor", "own"]
    assert [v.name for v in archive.non_trainable_variables] == ["offset"]


def test_what_is_refused():
    archive = ExportArchive("kept")
    with pytest.raises(ExportError, match="has no functions"):
        archive.write_out("anywhere")
    archive.add_endpoint("f", ops.tanh, [Spec((2,))])
    with pytest.raises(ValueError, match="endpoint 'f' already"):
        archive.add_endpoint("f", ops.exp, [Spec((2,))])
    with pytest.raises(TypeError, match="does not take other"):
        archive.add_endpoint("g", ops.exp, [Spec((2,))], other=1)
    with pytest.raises(ValueError, match="must hold variables"):
        archive.add_variable_collection("c", [1.0])
    with pytest.raises(ValueError, match="not built"):
        archive.track(Sequential([Scale()]))
    with pytest.raises(ValueError, match="format='kept'"):
        archive.write_out("anywhere")
