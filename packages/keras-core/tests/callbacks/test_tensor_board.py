"""TensorBoard: what its reader finds after a training."""

import subprocess
import sys

import numpy as np
import pytest
from keras_core import Input, Layer, Sequential
from keras_core.callbacks import TensorBoard

pytest.importorskip("tensorboard")
X = np.random.default_rng(0).normal(size=(8, 3)).astype("float32")
DATA = (X, X[:, :1])


def read(folder):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    found = EventAccumulator(str(folder), size_guidance={"tensors": 0, "images": 0})
    found.Reload()
    return found


def scalars(found, tag):
    return [(event.step, pytest.approx(event.tensor_proto.float_val[0])) for event in found.Tensors(tag)]


def test_a_training_and_its_validation(compiled, needs_train, tmp_path):
    model = compiled()
    board = TensorBoard(tmp_path, histogram_freq=2, write_images=True, write_steps_per_second=True)
    history = model.fit(*DATA, epochs=2, validation_data=DATA, callbacks=[board], verbose=0).history
    train, validation = read(tmp_path / "train"), read(tmp_path / "validation")
    assert scalars(train, "epoch_loss") == list(enumerate(history["loss"]))
    assert scalars(validation, "epoch_loss") == list(enumerate(history["val_loss"]))
    assert scalars(train, "epoch_learning_rate") == [(0, 0.1), (1, 0.1)]
    assert [step for step, _ in scalars(train, "epoch_steps_per_second")] == [0, 1]
    for weight in model.weights:
        assert [event.step for event in train.Tensors(f"{weight.path}/histogram")] == [1]
        assert [event.step for event in train.Images(f"{weight.path}/image/0")] == [1]
    nodes = {node.name: (node.op, list(node.input)) for node in train.Graph().node}
    assert nodes == {"features": ("InputLayer", []), "out": ("Affine", ["features"])}


def test_batches_are_counted_over_epochs(compiled, needs_train, tmp_path):
    board = TensorBoard(str(tmp_path), update_freq=2, write_graph=False)
    compiled().fit(*DATA, batch_size=2, epochs=2, callbacks=[board], verbose=0)
    assert [step for step, _ in scalars(read(tmp_path / "train"), "batch_loss")] == [1, 3, 5, 7]
    assert board.get_state() == {"steps": 8}


def test_an_evaluation(compiled, tmp_path):
    loss = compiled().evaluate(*DATA, callbacks=[TensorBoard(tmp_path)], verbose=0)
    assert scalars(read(tmp_path / "validation"), "evaluation_loss_vs_iterations") == [(0, pytest.approx(loss))]


def test_embeddings(needs_train, tmp_path):
    class Table(Layer):
        def build(self, input_shape):
            self.embeddings = self.add_weight(name="embeddings", shape=(3, 2))

        def call(self, inputs):
            return inputs @ self.embeddings

    model = Sequential([Input((3,)), Table(name="words")])
    labels = tmp_path / "labels.txt"
    labels.write_text("a\nb\nc\n")
    board = TensorBoard(tmp_path / "logs", embeddings_freq=1, embeddings_metadata={"words": labels})
    board.set_model(model)
    board.on_train_begin()
    board.on_epoch_end(0, {})
    board.close()
    folder = tmp_path / "logs" / "train"
    np.testing.assert_allclose(np.loadtxt(folder / "words-0.tsv"), model.get_weights()[0], rtol=1e-6)
    config = (folder / "projector_config.pbtxt").read_text()
    assert 'tensor_path: "words-0.tsv"' in config and str(labels) in config


def test_what_does_nothing_is_said():
    with pytest.warns(UserWarning, match="profile_batch=2 does nothing"):
        TensorBoard(profile_batch=2)
    with pytest.warns(UserWarning, match="write_grads=True does nothing"):
        TensorBoard(write_grads=True)


def test_no_framework_is_imported():
    program = (
        "import sys, tempfile; from keras_core.callbacks.event_file import EventFile;"
        "f = EventFile(tempfile.mkdtemp());"
        "f.scalar('a', 1.0, 0); f.histogram('b', [1.0], 0); f.close();"
        "print([name for name in ('tensorflow', 'torch', 'jax') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
