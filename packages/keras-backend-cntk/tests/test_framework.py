from pathlib import Path

from keras_backend_cntk import framework


def test_the_folder_is_named_or_the_users(monkeypatch, tmp_path):
    monkeypatch.setenv(framework.FOLDER, str(tmp_path))
    assert framework.home() == tmp_path
    assert framework.worker_python() == tmp_path / "env" / "bin" / "python"
    monkeypatch.delenv(framework.FOLDER)
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert framework.home() == Path("/data/keras-cntk")


def test_the_worker_gets_its_libraries_and_nothing_of_this_python(monkeypatch, tmp_path):
    monkeypatch.setenv(framework.FOLDER, str(tmp_path))
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setenv("KMP_BLOCKTIME", "7")
    python = framework.worker_python()
    python.parent.mkdir(parents=True)
    python.touch()
    libraries = tmp_path / "env" / framework.SITE / "cntk" / "libs"
    libraries.mkdir(parents=True)
    found, variables = framework.worker_environment()
    assert found == str(python) and "PYTHONPATH" not in variables
    assert variables["LD_LIBRARY_PATH"].split(":") == [str(tmp_path / "mpi"), str(libraries)]
    assert variables["KMP_BLOCKTIME"] == "7" and variables["OMP_WAIT_POLICY"] == "passive"
