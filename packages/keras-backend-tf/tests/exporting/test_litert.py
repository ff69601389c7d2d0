import sys

import numpy as np
import pytest
import tensorflow as tf
from keras_core import Input, Sequential, ops
from keras_core.exporting import ExportError
from keras_layers import Conv2D, Dense, Flatten, Lambda


@pytest.mark.filterwarnings("ignore:.*tf.lite.Interpreter is deprecated:UserWarning")
@pytest.mark.parametrize("interpreter", ["ai_edge_litert", "tensorflow"])
def test_a_model_with_a_batch_of_any_size(tmp_path, monkeypatch, interpreter):
    if interpreter == "tensorflow":
        monkeypatch.setitem(sys.modules, "ai_edge_litert.interpreter", None)
    else:
        pytest.importorskip("ai_edge_litert")
    model = Sequential(
        [Input((6, 6, 1), name="images"), Conv2D(2, 3, activation="relu"), Flatten(), Dense(2, name="s")]
    )
    model.export(tmp_path / "model.tflite")
    interpreter = tf.lite.Interpreter(str(tmp_path / "model.tflite"))
    x = np.random.default_rng(0).normal(size=(5, 6, 6, 1)).astype("float32")
    found = interpreter.get_signature_runner("serving_default")(images=x)["s"]
    np.testing.assert_allclose(found, model.predict(x, verbose=0), atol=1e-5)


def test_what_litert_lacks_is_refused(tmp_path):
    model = Sequential([Input((3, 3)), Lambda(lambda x: ops.cholesky(ops.matmul(x, ops.transpose(x, (0, 2, 1)))))])
    with pytest.raises(ExportError, match=r"cannot say .* in LiteRT"):
        model.export(tmp_path / "model.tflite")
    assert not list(tmp_path.iterdir())
