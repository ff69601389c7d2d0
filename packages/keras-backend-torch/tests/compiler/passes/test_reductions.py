import torch
from keras_backend_torch import distribution
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.passes.reductions import begin_reductions_early
from keras_backend_torch.compiler.recording import kernel_name, record
from keras_core import Spec


def names(monkeypatch, fn, *shapes):
    """Names of the kernels of a function of tensors of these shapes, as if there were two processes."""
    monkeypatch.setattr(distribution.GROUP, "size", 2)
    recording = record(BACKEND, fn, [], [Spec(shape, "float32") for shape in shapes])
    return [kernel_name(call) for call in begin_reductions_early(recording.calls, recording)]


def test_a_reduction_begins_before_what_does_not_need_it(monkeypatch):
    def fn(x):
        first = torch.sin(x)
        second = torch.cos(first)
        return [second, *BACKEND.reduce([first], "sum")]

    assert names(monkeypatch, fn, (3,))[:4] == ["sin", "reduce_begin", "cos", "reduce_end"]


def test_their_order_stays(monkeypatch):
    def fn(x, y):
        late = torch.tanh(torch.cos(torch.sin(x)))
        (one,) = BACKEND.reduce([late], "sum")
        (two,) = BACKEND.reduce([y], "sum")
        return [one, two]

    found = names(monkeypatch, fn, (3,), (4,))
    assert [name for name in found if name.startswith("reduce")] == ["reduce_begin", "reduce_end"] * 2
    assert found.index("tanh") < found.index("reduce_begin")


def test_not_before_what_writes_into_it(monkeypatch):
    def fn(x):
        first = torch.sin(x)
        second = torch.cos(x)
        first.add_(1)
        return [second, *BACKEND.reduce([first], "sum")]

    found = names(monkeypatch, fn, (3,))
    assert found.index("add_") < found.index("reduce_begin")
