import shutil

import numpy as np
import pytest
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler import torch_compile
from keras_backend_torch.compiler.recording import Recording, record
from keras_backend_torch.framework import torch
from keras_core import Spec, Variable, stage


def returned() -> Recording:
    return record(BACKEND, lambda x: [x], [], [Spec((1,), "float32")])


def test_a_missing_compiler_is_named_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    class InvalidCxxCompiler(Exception):
        pass

    def fail(*given: object) -> None:
        raise InvalidCxxCompiler("no g++")

    monkeypatch.setattr(torch, "compile", lambda *args, **kwargs: fail)
    with pytest.raises(RuntimeError, match="needs a C\\+\\+ compiler"):
        torch_compile.compiled(lambda x: [x], returned())(torch.ones(1))


def test_other_errors_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*given: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(torch, "compile", lambda *args, **kwargs: fail)
    with pytest.raises(ZeroDivisionError):
        torch_compile.compiled(lambda x: [x], returned())(torch.ones(1))


@pytest.mark.skipif(not (shutil.which("g++") or shutil.which("clang++")), reason="there is no C++ compiler")
def test_a_compiled_program_gives_the_same() -> None:
    v = Variable(np.float32(1))

    def fn(x: object) -> object:
        v.assign_add(1.0)
        return x * v.value  # type: ignore[operator]

    program = stage(fn, [v], jit=True)
    assert [float(program(np.float32(k))) for k in (1, 2)] == [2, 6]
    assert float(v.numpy()) == 3


def test_steps_carry_what_they_write() -> None:
    calls = torch_compile.repeated(lambda a, x: [a + x.sum(), a], positions=[1], reads=1, kept=2)
    rows = torch.tensor([[0], [1]])
    written, output = calls(rows, torch.tensor(10.0), torch.tensor(0.0), torch.tensor([1.0, 2.0]))
    assert (float(written), float(output)) == (12, 10)


def test_steps_give_the_outputs_of_all() -> None:
    calls = torch_compile.repeated(lambda a, x: [a + x.sum(), a], positions=[0], reads=1, kept=1, stacked=True)
    written, outputs = calls(torch.tensor([[0], [1]]), torch.tensor(10.0), torch.tensor([1.0, 2.0]))
    assert (float(written), outputs.tolist()) == (13, [10, 11])
