"""How generated code calls kernels."""

from __future__ import annotations

import pytest
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.compiler.codegen import CodeGenerator
from keras_backend_torch.compiler.recording import record
from keras_backend_torch.framework import PARSED_IN_CPP, torch
from keras_core import Spec


@pytest.mark.parametrize(
    ("name", "fn"),
    [
        ("add", lambda x: x + x),
        ("view", lambda x: x.view(3, 2)),
        ("permute", lambda x: x.permute(1, 0)),
        ("unsqueeze", lambda x: x.unsqueeze(0)),
        ("t", lambda x: x.t()),
        ("to", lambda x: x.to(torch.float64)),
    ],
)
def test_kernels_and_views_are_called_by_the_functions_that_cost_least(name: str, fn: object) -> None:
    recording = record(BACKEND, lambda x: [fn(x).exp()], [], [Spec((2, 3), "float32")])  # type: ignore[operator]
    writer = CodeGenerator(recording)
    step = writer.step()
    homes = [getattr(home, name, None) for home in PARSED_IN_CPP]
    assert any(thing is home for thing in writer.names.values() for home in homes if home is not None)
    x = torch.arange(6.0).reshape(2, 3)
    torch.testing.assert_close(step(x)[0], fn(x).exp())  # type: ignore[operator]


def test_a_copy_of_the_same_dtype_is_a_copy() -> None:
    recording = record(BACKEND, lambda x: [x.to(torch.float32, copy=True)], [], [Spec((2,), "float32")])
    x = torch.arange(2.0)
    (found,) = CodeGenerator(recording).step()(x)
    x.fill_(9)
    assert found.tolist() == [0, 1]
