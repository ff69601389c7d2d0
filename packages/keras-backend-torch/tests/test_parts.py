"""Values of which each process stores a part. What such jobs train is in tests/cross/test_several_processes.py."""

import json
from types import SimpleNamespace

import numpy as np
import pytest
from keras_backend_torch import parts
from keras_backend_torch.backend import BACKEND
from keras_conformance import LAYOUTS, run_job

PROGRAM = """
import json, sys
import torch
from keras_backend_torch.backend import BACKEND
from keras_backend_torch.distribution import GROUP

rank, port = int(sys.argv[1]), sys.argv[3]
BACKEND.join(f"127.0.0.1:{port}", 2, rank, 20.0)

found = {}
for name, one in split.items():
    cell = BACKEND.create_by_layout(whole, name, True, one)
    part = BACKEND.part_of(one, whole.shape, name)
    assert part == cell.part
    read = BACKEND.read(cell).detach().numpy()
    np.testing.assert_array_equal(read, whole)
    BACKEND.write([(cell, torch.tensor(whole * 2))])  # a whole, of which the part is kept
    stored = BACKEND.read_part(cell).detach().numpy().tolist()
    BACKEND.write([(cell, BACKEND.read_part(cell).detach() + 1)])  # a part
    np.testing.assert_array_equal(BACKEND.read(cell).detach().numpy(), whole * 2 + 1)
    gradient = torch.tensor(whole) * (rank + 1)
    (summed,) = BACKEND.reduce_to_parts([gradient], "sum", [part])
    expected = whole * 3 if part is None else part.of(whole * 3)
    np.testing.assert_array_equal(summed.numpy(), expected)
    BACKEND.lay_out(cell, layout((None, None)))
    np.testing.assert_array_equal(cell.value.numpy(), whole * 2 + 1)
    found[name] = stored
part = BACKEND.part_of(layout((None, "model")), (4, 6), "it")
leaf = torch.ones(4, 3, requires_grad=True)
(BACKEND.whole_of(leaf, part) * torch.tensor(whole) * (rank + 1)).sum().backward()
np.testing.assert_array_equal(leaf.grad.numpy(), part.of(whole) * 3)
before = GROUP.moved
mixed = BACKEND.reduce_to_parts([torch.ones(4, 6), torch.ones(3), torch.ones(2, 2, 2)], "mean",
    [part, None, BACKEND.part_of(layout((None, None, "model")), (2, 2, 2), "it")])
found["mixed"] = [[list(one.shape), float(one.sum())] for one in mixed]
found["sent"] = GROUP.moved - before
thin = BACKEND.part_of(layout((None, "model", None)), (4, 2, 3), "it")
assert BACKEND.whole_of(torch.ones(4, 1, 3), thin).is_contiguous()  # as programs are recorded
for dtype in (torch.bfloat16, torch.bool, torch.int64):
    assert BACKEND.whole_of(torch.ones(4, 3, dtype=dtype), part).sum() == 24
found["two axes"] = message(lambda: BACKEND.part_of(layout(("batch", "model")), (4, 6), "variable 'kernel'"))
found["size"] = message(lambda: BACKEND.part_of(layout((None, "model")), (4, 5), "variable 'kernel'"))
found["mesh"] = message(lambda: BACKEND.part_of(layout((None, "model"), ("cpu:0",), (1, 1)), (4, 6), "it"))
split = BACKEND.create_by_layout(whole, "v", True, layout((None, "model")))
found["parameter"] = message(lambda: split.parameter(True))
print(json.dumps(found), flush=True)
"""


def test_parts_are_stored_put_together_and_summed():
    twice = np.arange(24).reshape(4, 6) * 2
    for rank, text in enumerate(run_job(LAYOUTS + PROGRAM, TORCH_CPP_LOG_LEVEL="FATAL")):
        found = json.loads(text.splitlines()[-1])
        assert found["columns"] == np.split(twice, 2, 1)[rank].tolist()
        assert found["rows"] == np.split(twice, 2, 0)[rank].tolist()
        assert found["turned"] == np.split(twice, 2, 1)[1 - rank].tolist()
        assert found["along a line of one"] == twice.tolist()
        assert found["mixed"] == [[[4, 3], 12.0], [[3], 3.0], [[2, 2, 1], 4.0]]
        assert found["sent"] == (96 + 32) // 2 + 12  # half of what is split, and a ring's share of the rest


def test_one_process_stores_wholes():
    mesh = SimpleNamespace(devices=np.array(["cpu:0"]), shape=(1,), axis_names=("model",))
    split = SimpleNamespace(axes=("model", None), device_mesh=mesh)
    assert parts.LINES.part_of(split, (2, 2), "it") is None
    cell = BACKEND.create_by_layout(np.ones((2, 2), "float32"), "kernel", True, split)
    BACKEND.lay_out(cell, None)
    assert cell.part is None
    assert cell.value.shape == (2, 2)


def test_a_tensor_is_split_by_rows_alone():
    with pytest.raises(NotImplementedError, match=r"a tensor has the layout \(None, 'model'\)"):
        BACKEND.place(np.ones((2, 2)), SimpleNamespace(axes=(None, "model")))
    assert BACKEND.place(np.ones((2, 2)), SimpleNamespace(axes=("batch", None))).shape == (2, 2)
