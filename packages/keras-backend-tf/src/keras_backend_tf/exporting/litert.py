"""LiteRT files, formerly TensorFlow Lite: programs for phones and small devices."""

from __future__ import annotations

import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_core.exporting import ExportError

from keras_backend_tf.exporting.saved_model import Functions
from keras_backend_tf.framework import tf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from keras_core.exporting import Endpoint, Program


def write(program: Program, path: Path, optimizations: Sequence[Any] = ()) -> None:
    """Write a program to a `.tflite` file by TensorFlow's converter, of LiteRT's own operators alone.

    Args:
        program: of one function.
        path: the file.
        optimizations: of `tf.lite.Optimize`. Defaults to ().

    Raises:
        ExportError: where this TensorFlow has no converter, or it cannot convert the program.
    """
    if not hasattr(tf, "lite"):
        raise ExportError("This TensorFlow has no tf.lite, which converts programs to LiteRT. Install TensorFlow 2.20.")
    endpoint = program.only("litert")
    functions = Functions(program)
    signature = functions.signatures[endpoint.name]
    with tempfile.TemporaryDirectory() as folder:
        tf.saved_model.save(functions.module, folder, signatures={"serving_default": signature})
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.optimizations = list(optimizations)
        try:
            content = converter.convert()
        except Exception as error:
            raise ExportError(
                f"TensorFlow's converter cannot say '{program.name}' in LiteRT: {type(error).__name__}: {error}"
            ) from error
    Path(path).write_bytes(content)


def runner(path: Path, endpoint: Endpoint) -> Callable[[Sequence[np.ndarray]], list[np.ndarray]]:
    """What runs a `.tflite` file on arrays.

    Args:
        path: the file.
        endpoint: its function.
    """
    content = Path(path).read_bytes()
    try:
        from ai_edge_litert.interpreter import Interpreter
    except ImportError:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # TensorFlow's own interpreter says that it is to go
            interpreter = tf.lite.Interpreter(model_content=content)
    else:
        interpreter = Interpreter(model_content=content)

    def run(arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        function = interpreter.get_signature_runner("serving_default")
        found = function(**dict(zip(endpoint.input_names, arrays, strict=True)))
        return [found[name] for name in endpoint.output_names]

    return run
