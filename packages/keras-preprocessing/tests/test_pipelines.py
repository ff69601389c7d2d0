from importlib.metadata import entry_points

import numpy as np
import pytest
from keras_preprocessing import pipelines
from keras_preprocessing.folders import text_dataset_from_directory
from keras_preprocessing.sequence import timeseries_dataset_from_array


class Point:
    """An entry point of a form that makes lists."""

    name = "list"

    def load(self):
        class Batches(list):
            pass

        return Batches


@pytest.fixture
def folder(tmp_path):
    for name in ("bad", "good"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "1.txt").write_text(name)
    return tmp_path


def test_no_form():
    assert pipelines.into_format("f()", None)("data") == "data"


def test_a_form_of_an_installed_package(monkeypatch, folder):
    monkeypatch.setattr(pipelines, "entry_points", lambda group: [Point()])
    arguments = {"shuffle": False, "verbose": False, "format": "list"}
    found = text_dataset_from_directory(folder, **arguments)
    assert isinstance(found, list) and found[0][0].tolist() == ["bad", "good"]
    assert found.class_names == ["bad", "good"] and len(found.file_paths) == 2
    both = text_dataset_from_directory(folder, validation_split=0.5, subset="both", **arguments)
    assert [len(one[0][0]) for one in both] == [1, 1]
    with pytest.raises(ValueError, match=r"f\(\) makes .*got 'other'\. Installed packages offer 'list'"):
        pipelines.into_format("f()", "other")


def test_pipelines_of_tensorflow(folder):
    if "tf" not in {point.name for point in entry_points(group=pipelines.GROUP)}:
        with pytest.raises(ValueError, match="offer none; a framework's form comes with its backend"):
            timeseries_dataset_from_array(np.arange(4.0), None, 2, format="tf")
        return
    made = timeseries_dataset_from_array(np.arange(8.0), np.arange(8), 2, batch_size=4, format="tf")
    assert [tuple(part.shape) for part in made.element_spec] == [(None, 2), (None,)]
    assert int(made.cardinality()) == 2
    assert [y.numpy().tolist() for _, y in made] == [[0, 1, 2, 3], [4, 5, 6]]
    texts = text_dataset_from_directory(folder, batch_size=None, label_mode=None, shuffle=False, format="tf")
    assert [one.numpy() for one in texts] == [b"bad", b"good"]
