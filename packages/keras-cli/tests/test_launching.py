import os
import signal
import subprocess
import sys
import time

import pytest
from keras_cli import launching
from keras_cli.launching import launch, launcher_of_backend
from keras_core import backend
from keras_core.backend import BackendSpec

TELLS = """
import os, sys
names = ("KERAS_DISTRIBUTION_NUM_PROCESSES", "KERAS_DISTRIBUTION_PROCESS_ID", "RANK", "WORLD_SIZE", "OMP_NUM_THREADS")
print(*[os.environ[name] for name in names], *sys.argv[1:])
print("wrong", file=sys.stderr)
"""

ONE_FAILS = """
import os, sys, time
if os.environ["RANK"] == "1":
    sys.exit(7)
time.sleep(60)
"""

STARTS_ANOTHER = """
import os, subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("started", os.getpid(), child.pid, flush=True)
time.sleep(60)
"""


def program(tmp_path, text):
    path = tmp_path / "program.py"
    path.write_text(text)
    return str(path)


def test_each_process_is_told_its_rank_and_its_lines_are_marked(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")  # what is asked for counts
    assert launch([program(tmp_path, TELLS), "--fast"], 2, threads=3) == 0
    out, errors = capsys.readouterr()
    assert sorted(out.splitlines()) == ["[0] 2 0 0 2 3 --fast", "[1] 2 1 1 2 3 --fast"]
    assert sorted(errors.splitlines()) == ["[0] wrong", "[1] wrong"]


def test_the_death_of_one_ends_all_with_its_exit_code(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(launching, "_GRACE", 0.2)
    began = time.monotonic()
    assert launch([program(tmp_path, ONE_FAILS)], 3) == 7
    assert time.monotonic() - began < 30
    assert "rank 1 has ended with exit code 7. The others are ended." in capsys.readouterr().err


def test_the_launcher_is_that_of_the_active_backend(monkeypatch):
    monkeypatch.setattr(backend, "active_name", lambda: "some")
    monkeypatch.setattr(backend, "spec", lambda name: BackendSpec(name, "", 1, launcher=("-m", "some.run")))
    assert launcher_of_backend() == ("-m", "some.run")


LAUNCHER = """
import os, runpy, sys
print("of", *sys.argv[1:3], os.environ["OMP_NUM_THREADS"], "RANK" in os.environ)
sys.argv = sys.argv[3:]
runpy.run_path(sys.argv[0])
"""


def test_a_launcher_of_the_framework_starts_them(tmp_path, capsys, monkeypatch):
    for name in ("OMP_NUM_THREADS", "RANK"):
        monkeypatch.delenv(name, raising=False)
    own = tmp_path / "launcher.py"
    own.write_text(LAUNCHER)
    launcher = [str(own), "--n={processes}", "--port={port}"]
    script = program(tmp_path, "import sys; print(*sys.argv[1:]); sys.exit(4)")
    assert launch([script, "--fast"], 3, 1234, 2, launcher) == 4
    out, errors = capsys.readouterr()
    assert out.splitlines() == ["of --n=3 --port=1234 2 False", "--fast"]
    assert not errors  # what has ended is told by the launcher


def is_alive(number):
    try:
        with open(f"/proc/{number}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not os.path.exists("/proc/self/stat"), reason="looks into /proc")
def test_ctrl_c_ends_them_and_what_they_have_started(tmp_path):
    command = [sys.executable, "-c", "from keras_cli import main; main()", "launch", "-n", "2"]
    started = subprocess.Popen([*command, program(tmp_path, STARTS_ANOTHER)], stdout=subprocess.PIPE, text=True)
    with started:
        numbers = [int(one) for _ in range(2) for one in started.stdout.readline().split()[2:]]
        assert len(numbers) == 4
        assert all(map(is_alive, numbers))
        started.send_signal(signal.SIGINT)
        assert started.wait(timeout=30) == 130
    until = time.monotonic() + 10
    while any(map(is_alive, numbers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(is_alive, numbers))


def test_what_cannot_be_started():
    with pytest.raises(FileNotFoundError, match=r"There is no program 'none\.py'"):
        launch(["none.py"], 2)
    with pytest.raises(ValueError, match="at least one process, got 0"):
        launch(["-m", "this"], 0)
