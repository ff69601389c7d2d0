"""What the package uses of PyTorch: private names stand in one file, and none of them is indispensable."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras_backend_torch
import pytest
from keras_backend_torch import framework
from keras_backend_torch.framework import torch

SOURCE = Path(keras_backend_torch.__file__).parent
PRIVATE = [
    r"torch(\.\w+)*\._(?!_)",  # torch._C, torch.utils._pytree
    r"aten\._(?!_)",  # kernels that PyTorch may change without notice
    r"\._(schema|op|cdata|version)\b",
]


def test_private_names_stand_in_one_file() -> None:
    pattern = re.compile("|".join(PRIVATE))
    found = [
        f"{file.relative_to(SOURCE)}:{number}: {line.strip()}"
        for file in sorted(SOURCE.rglob("*.py"))
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line) and file.name != "framework.py"
    ]
    assert not found, "name these in framework.py:\n" + "\n".join(found)
    assert pattern.search((SOURCE / "framework.py").read_text(encoding="utf-8"))


def test_a_private_name_that_is_missing_is_replaced() -> None:
    assert framework.private("torch._C:_no_such_function", "the alternative") == "the alternative"
    assert framework.private("torch._no_such_module:name", None) is None
    assert framework.private("torch:nn.functional", None) is torch.nn.functional


def computed(hidden: str) -> dict[str, Any]:
    """What `without_private_names.py` prints."""
    script = str(Path(__file__).with_name("without_private_names.py"))
    done = subprocess.run([sys.executable, script, hidden], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(json.loads(done.stdout))


@pytest.fixture(scope="module")
def expected() -> dict[str, Any]:
    found = computed("nothing")
    assert found.pop("hidden") == [] and found.pop("recorded")
    return found


@pytest.mark.parametrize(("hidden", "records"), [("what is faster", True), ("everything", False)])
def test_results_are_the_same_without_private_names(hidden: str, records: bool, expected: dict[str, Any]) -> None:
    found = computed(hidden)
    assert len(found.pop("hidden")) > 8
    assert found.pop("recorded") == records
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, rel=1e-4, abs=1e-6), name


def test_storage_is_recognized_by_a_number() -> None:
    tensors = [torch.zeros(2) for _ in range(100)]
    numbers = [framework.storage_id(tensor) for tensor in tensors]
    assert len(set(numbers)) == 100
    assert numbers == [framework.storage_id(tensor[1:].view(1, 1)) for tensor in tensors]


def test_kernels_that_write_into_an_argument(monkeypatch: pytest.MonkeyPatch) -> None:
    class Kernel:
        """An operator without a schema."""

        def __init__(self, kernel: Any) -> None:
            self.name = kernel.name

    aten = torch.ops.aten
    writes = [aten.add_.Tensor, aten.add.out, aten.copy_.default]
    pure = [aten.add.Tensor, aten.mm.default, aten.clone.default]
    assert all(framework.mutates(one) and framework.mutates(Kernel(one)) for one in writes)
    assert not any(framework.mutates(one) or framework.mutates(Kernel(one)) for one in pure)


def test_every_dtype_has_a_name() -> None:
    assert framework.NAMES[framework.torch_dtype("float32")] == "float32"
    with pytest.raises(ValueError, match="PyTorch has no dtype 'string'"):
        framework.torch_dtype("string")


def test_a_module_is_loaded_apart_once(monkeypatch: pytest.MonkeyPatch) -> None:
    flags = []
    monkeypatch.setattr(framework.importlib, "import_module", lambda name: flags.append(sys.getdlopenflags()))
    before = sys.getdlopenflags()
    monkeypatch.delitem(sys.modules, "this", raising=False)
    framework.load_apart("this")
    framework.load_apart("no_such_module_anywhere")
    framework.load_apart("json")  # loaded already
    deepbind = getattr(framework.os, "RTLD_DEEPBIND", 0)
    assert flags == ([before | deepbind] if deepbind else [])
    assert sys.getdlopenflags() == before
