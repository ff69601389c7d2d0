"""Control flow run at once; recorded, it is in test_staging.py."""

from __future__ import annotations

from typing import Any

from keras_backend_torch.framework import torch
from keras_backend_torch.modes import STATE, shapes_only
from keras_backend_torch.ops import OPS


def test_a_branch_and_a_loop() -> None:
    x = torch.tensor(3.0)
    (chosen,) = OPS["cond"](x > 2, lambda y: [y * 2], lambda y: [y], [x])
    assert float(chosen) == 6
    assert [float(one) for one in OPS["while_loop"](lambda k: k < 10, lambda k: [k * 2], [x])] == [12]


def test_a_scan_in_both_directions() -> None:
    def body(carry: list[Any], x: list[Any]) -> Any:
        total = carry[0] + x[0]
        return [total], [total * 10]

    start, rows = torch.tensor(0.0), torch.tensor([1.0, 2.0, 3.0])
    (total,), (forward,) = OPS["scan"](body, [start], [rows])
    assert float(total) == 6 and forward.tolist() == [10, 30, 60]
    _, (backward,) = OPS["scan"](body, [start], [rows], reverse=True)
    assert backward.tolist() == [60, 50, 30]
    (counted,), _ = OPS["scan"](lambda carry, _: ([carry[0] + 1], []), [start], [], length=4)
    assert float(counted) == 4


def test_where_only_shapes_are_computed_each_body_runs_once() -> None:
    runs = []
    with shapes_only(track=False):
        x = torch.zeros(2)
        OPS["cond"](x.sum() > 0, lambda y: [runs.append("true") or y], lambda y: [runs.append("false") or y], [x])
        OPS["while_loop"](lambda y: y.sum() < 1, lambda y: [runs.append("body") or y], [x])
    assert sorted(runs) == ["body", "false", "true"] and STATE.abstract == 0


def test_a_gradient_of_its_own() -> None:
    x = torch.tensor(3.0, requires_grad=True)
    (y,) = OPS["custom_gradient"](lambda x: ([x * 2], lambda up: [up * 7]), [x])
    y.backward()
    assert y.item() == 6 and x.grad.item() == 7
