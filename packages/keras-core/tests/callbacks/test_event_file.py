"""EventFile: what TensorBoard's own reader finds in it."""

import io

import numpy as np
import pytest
from keras_core.callbacks.event_file import EventFile

pytest.importorskip("tensorboard")


def read(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(folder), size_guidance={"tensors": 0, "images": 0})
    found.Reload()
    return found


def test_what_is_written_is_read(tmp_path):
    file = EventFile(str(tmp_path / "run"))
    file.scalar("loss", 0.25, step=3)
    file.histogram("kernel", np.array([1.0, 2.0, np.nan, 2.0]), step=4)
    file.image("picture", np.array([[[-1.0], [1.0]]]), step=5)
    file.graph([("in", "InputLayer", []), ("out", "Dense", ["in"])])
    file.close()
    found = read(tmp_path / "run")
    ((step, loss),) = [(event.step, event.tensor_proto.float_val[0]) for event in found.Tensors("loss")]
    assert (step, loss) == (3, 0.25)
    from tensorboard.util.tensor_util import make_ndarray

    (event,) = found.Tensors("kernel")
    buckets = make_ndarray(event.tensor_proto)
    assert event.step == 4 and buckets[:, 2].sum() == 3 and (buckets[0, 0], buckets[-1, 1]) == (1, 2)
    from PIL import Image

    (event,) = found.Images("picture")
    assert event.step == 5 and np.array(Image.open(io.BytesIO(event.encoded_image_string))).tolist() == [[0, 255]]
    assert [(node.name, node.op, list(node.input)) for node in found.Graph().node] == [
        ("in", "InputLayer", []),
        ("out", "Dense", ["in"]),
    ]


def test_two_files_in_a_folder_have_names_of_their_own(tmp_path):
    files = [EventFile(str(tmp_path)) for _ in range(2)]
    for step, file in enumerate(files):
        file.scalar("loss", step, step)
        file.close()
    assert len(list(tmp_path.iterdir())) == 2


def test_without_the_package_it_says_what_to_install(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "tensorboard.summary.writer.record_writer", None)
    with pytest.raises(ImportError, match=r"pip install 'keras-core\[tensorboard\]'"):
        EventFile(str(tmp_path))
