"""Covers: endpoint.py

The format of these tests keeps a program's functions where its reader finds them.
"""

import json
from dataclasses import replace

import numpy as np
import pytest
from keras_core import Input, InputSpec, Layer, Model, Sequential, Spec, ops
from keras_core.exporting import Endpoint, ExportError, Program, export_program
from keras_core.saving import FormatSpec, formats

KEPT = {}
WRONG = []


def write(program, path, note=""):
    for endpoint in program.endpoints.values():
        KEPT[endpoint.name] = endpoint.record()
    path.write_text(json.dumps({"note": note, "endpoints": list(program.endpoints)}), encoding="utf-8")


def read(path, endpoint):
    name = endpoint.name
    assert name in json.loads(path.read_text(encoding="utf-8"))["endpoints"]

    def run(arrays):
        found = KEPT[name](*([arrays] if isinstance(KEPT[name].takes[0], list) else arrays))
        found = found if isinstance(found, list) else [found]
        return [np.asarray(ops.convert_to_numpy(one)) + sum(WRONG) for one in found]

    return run


SPEC = FormatSpec("kept", "program", (".kept",), reader=f"{__name__}:read", writer=f"{__name__}:write")


class Product(Layer):
    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = units

    def build(self, shape):
        self.kernel = self.add_weight((shape[-1], self.units), name="kernel")

    def call(self, x):
        return ops.matmul(x, self.kernel)


@pytest.fixture(autouse=True)
def kept(monkeypatch):
    monkeypatch.setattr(formats, "installed", lambda: (SPEC,))
    monkeypatch.setattr(formats, "_resolve", lambda target: globals()[target.rpartition(":")[2]])
    WRONG.clear()


@pytest.fixture
def model():
    return Sequential([Input((3,), name="numbers"), Product(2, name="product")], name="small")


def test_a_model_is_written_and_compared(model, tmp_path, capsys):
    model.export(tmp_path / "model.kept", verbose=True, note="one")
    assert json.loads((tmp_path / "model.kept").read_text()) == {"note": "one", "endpoints": ["serve"]}
    assert "'small'" not in capsys.readouterr().out.replace("has small", "")


@pytest.mark.parametrize("wrong", [3e-4, float("nan"), float("inf")])
def test_what_differs_is_refused_and_the_old_file_stays(model, tmp_path, wrong):
    model.export(tmp_path / "model.kept", note="old")
    WRONG.append(wrong)
    with pytest.raises(ExportError, match=r"differs from predict.* in 'product', more than 0\.0001"):
        model.export(tmp_path / "model.kept", note="new")
    assert json.loads((tmp_path / "model.kept").read_text())["note"] == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["model.kept"]


def write_parts(program, path):
    path.mkdir()
    write(program, path / "any.kept")
    (path / "any.more").write_text("more")


def read_parts(path, endpoint):
    return read(path / "any.kept", endpoint)


def test_a_program_of_several_files(model, tmp_path, monkeypatch):
    spec = replace(SPEC, parts=(".kept", ".more"), reader="x:read_parts", writer="x:write_parts")
    monkeypatch.setattr(formats, "installed", lambda: (spec,))
    model.export(tmp_path / "folder", format="kept")
    assert sorted(one.name for one in (tmp_path / "folder").iterdir()) == ["any.kept", "any.more"]
    (tmp_path / "model.kept").write_text("old")
    model.export(tmp_path / "model.kept")
    assert "serve" in (tmp_path / "model.kept").read_text() and (tmp_path / "model.more").read_text() == "more"
    (tmp_path / "model.more").write_text("old")
    WRONG.append(1)
    with pytest.raises(ExportError, match="differs"):
        model.export(tmp_path / "model.kept")
    assert (tmp_path / "model.more").read_text() == "old"
    with pytest.raises(FileExistsError, match=r"model\.more"):
        (tmp_path / "model.kept").unlink()
        model.export(tmp_path / "model.kept", overwrite=False)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["folder", "model.more"]


def test_an_existing_file_can_be_kept(model, tmp_path):
    (tmp_path / "model.kept").write_text("mine")
    with pytest.raises(FileExistsError):
        model.export(tmp_path / "model.kept", overwrite=False)


def test_several_inputs_and_a_sample(tmp_path):
    a, b = Input((2,), name="a"), Input((None,), name="b")
    model = Model([a, b], [Product(2, name="p")(a), ops.sum(b, 1)])
    for signature in (
        None,
        [InputSpec("float32", (None, 2)), Spec((None, 4))],
        [[Spec((None, 2)), Spec((None, None))]],
    ):
        model.export(tmp_path / "model.kept", input_signature=signature)
    model.export(tmp_path / "model.kept", sample=[np.ones((4, 2)), np.ones((4, 1))])
    with pytest.raises(ExportError, match="sample has arrays of shapes"):
        model.export(tmp_path / "model.kept", sample=[np.ones((4, 2, 1)), np.ones((4, 1))])


def test_a_model_that_does_not_know_its_inputs_needs_a_signature(tmp_path):
    class Own(Model):
        def __init__(self):
            super().__init__()
            self.product = Product(2)

        def call(self, x):
            return self.product(x)

    model = Own()
    with pytest.raises(ValueError, match="not built"):
        model.export(tmp_path / "model.kept")
    model(np.ones((1, 3), "float32"))
    with pytest.raises(ValueError, match="needs inputs"):
        model.export(tmp_path / "model.kept")
    model.export(tmp_path / "model.kept", input_signature=[InputSpec(shape=(None, 3), name="x")])


def test_samples_fit_what_picks_rows():
    table = np.arange(10.0)
    endpoint = Endpoint("f", lambda rows: ops.take(table, ops.cast(rows, "int32")), [Spec((None, 4))])
    sample = endpoint.samples()[0]
    assert sample.shape == (2, 4) and sample.dtype == "float32" and set(sample.ravel()) <= set(range(10))
    assert endpoint.samples(again=True)[0].shape == (3, 4)


def test_names_of_inputs_and_outputs_are_told_apart():
    endpoint = Endpoint("f", lambda a, b: [a, b], [InputSpec(shape=(1,), name="output_0"), Spec((1,))])
    assert endpoint.input_names == ["output_0", "input_1"] and endpoint.output_names == ["output_0_1", "output_1"]


def test_who_asks_a_tensor_for_its_value_is_refused():
    with pytest.raises(ExportError, match="'asks' cannot be recorded"):

        def asks(x):
            return x if float(ops.sum(x)) > 0 else -x

        Endpoint("f", asks, [Spec((2,))])


def test_text_is_refused_with_what_to_do():
    with pytest.raises(ExportError, match=r"'words' takes text.*Export the model behind them"):
        Endpoint("words", lambda x: x, [Spec((None,), "string")])


def test_a_format_of_one_function_refuses_several():
    program = Program("two", [Endpoint(name, ops.tanh, [Spec((2,))]) for name in "ab"])
    with pytest.raises(ExportError, match="holds one function, and there are 2: a, b"):
        program.only("one")


def test_formats_that_are_not_there(model, tmp_path):
    with pytest.raises(ValueError, match=r"format='onnx', which keras-export provides.*pip install"):
        model.export(tmp_path / "model.kept", format="onnx")
    with pytest.raises(ValueError, match="keras-export provides"):
        model.export(tmp_path / "model.onnx")
    with pytest.raises(ValueError, match="Formats that are installed: 'kept'"):
        model.export(tmp_path / "model.kept", format="other")
    with pytest.raises(ValueError, match="format='tf_saved_model'"):
        model.export(tmp_path / "model")


def test_programs_are_not_saved_to(model, tmp_path):
    with pytest.raises(ValueError, match=r"use model.export\(\)"):
        model.save(tmp_path / "model.kept")


def test_what_does_not_run_is_refused(model, tmp_path, monkeypatch):
    monkeypatch.setitem(globals(), "read", lambda path, endpoint: lambda arrays: 1 / 0)
    with pytest.raises(ExportError, match=r"does not run on arrays of shapes.*ZeroDivisionError"):
        export_program(Program("p", [Endpoint("f", ops.tanh, [Spec((2,))])]), tmp_path / "p.kept")
