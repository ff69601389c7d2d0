"""Jobs of several processes, here of programs that know nothing of each other."""

import subprocess

import pytest
from keras_conformance import LAYOUTS, run_job


def test_what_processes_print():
    assert run_job("import sys; print(sys.argv[1:3], sys.argv[4])", "given", ranks=(0, 2), size=3) == [
        "['0', '3'] given",
        "['2', '3'] given",
    ]
    assert run_job("import os; print(os.environ['ASKED'])", ranks=(1,), ASKED="yes") == ["yes"]


def test_processes_that_fail():
    program = "import sys; print('said'); sys.exit('wrong' if sys.argv[1] == '1' else None)"
    with pytest.raises(RuntimeError, match=r"Rank 1 ended with 1: wrong"):
        run_job(program)
    assert run_job(program, fails=True) == ["said", "said"]
    with pytest.raises(subprocess.TimeoutExpired):
        run_job("import time; time.sleep(60)", ranks=(0,), timeout=0.5)


def test_layouts():
    code = "print(split['turned'].device_mesh.devices.tolist(), message(lambda: int('x')))"
    assert run_job(LAYOUTS + code, ranks=(0,)) == ["[['cpu:1', 'cpu:0']] invalid literal for int() with base 10: 'x'"]
