"""OpenVINO's intermediate representation, which its own reader makes of a program of ONNX."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from keras_core.exporting import ExportError

from keras_export.to_onnx.writing import model_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from keras_core.exporting import Endpoint, Program

NAME = "model.xml"


def _core() -> Any:
    try:
        import openvino
    except ImportError:
        raise ExportError(
            "The format 'openvino' needs openvino, which is not installed: pip install openvino."
        ) from None
    return openvino, openvino.Core()


def write(program: Program, path: Path) -> None:
    """Write a program to a folder: `model.xml`, which ``openvino.Core().read_model`` reads, and its weights beside it.

    Args:
        program: of one function.
        path: the folder.

    Raises:
        ExportError: without openvino, and for what ONNX cannot say or OpenVINO cannot read.
    """
    openvino, core = _core()
    content = model_of(program.only("openvino"), program.name).SerializeToString()
    try:
        model = core.read_model(content)
    except RuntimeError as error:
        raise ExportError(f"OpenVINO cannot read '{program.name}': {error}") from error
    Path(path).mkdir()
    openvino.save_model(model, str(Path(path, NAME)), compress_to_fp16=False)


def runner(path: Path, endpoint: Endpoint) -> Callable[[Sequence[np.ndarray]], list[np.ndarray]]:
    """What runs a folder of OpenVINO's on arrays, on the CPU in float32.

    Args:
        path: the folder.
        endpoint: its function.
    """
    _, core = _core()
    compiled = core.compile_model(str(Path(path, NAME)), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})

    def run(arrays: Sequence[np.ndarray]) -> list[np.ndarray]:
        found = compiled(dict(zip(endpoint.input_names, arrays, strict=True)))
        return [found[name] for name in endpoint.output_names]

    return run
