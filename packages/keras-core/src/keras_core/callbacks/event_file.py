"""Files of events, which TensorBoard shows."""

from __future__ import annotations

import io
import itertools
import os
import socket
import time
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Numbers the files of a process, so that two begun in one second have two names.
_number = itertools.count()


class EventFile:
    """A new file of events in a folder, written by the `tensorboard` package, which needs no framework for this.

    Args:
        folder: the folder, which is what TensorBoard calls a run; made if it does not exist.

    Raises:
        ImportError: if `tensorboard` is not installed.
    """

    def __init__(self, folder: str) -> None:
        try:
            from tensorboard.summary.writer.record_writer import RecordWriter
        except ImportError as error:
            raise ImportError(
                "The TensorBoard callback writes its files by the package tensorboard: pip install "
                "'keras-core[tensorboard]'."
            ) from error
        os.makedirs(folder, exist_ok=True)
        name = f"events.out.tfevents.{time.time_ns() // 10**9:010d}.{socket.gethostname()}.{os.getpid()}"
        self._records = RecordWriter(open(os.path.join(folder, f"{name}.{next(_number)}"), "xb"))  # noqa: SIM115
        self._event(file_version="brain.Event:2")

    def scalar(self, tag: str, value: float, step: int) -> None:
        """Add a number."""
        from tensorboard.plugins.scalar.summary_v2 import scalar_pb

        self._event(step, summary=scalar_pb(tag, value))

    def histogram(self, tag: str, values: np.ndarray, step: int) -> None:
        """Add how values are distributed, of which those that are not finite are left out."""
        from tensorboard.plugins.histogram.summary_v2 import histogram_pb

        values = np.asarray(values, "float64").ravel()
        self._event(step, summary=histogram_pb(tag, values[np.isfinite(values)]))

    def image(self, tag: str, pixels: np.ndarray, step: int) -> None:
        """Add a picture.

        Args:
            tag: its name.
            pixels: shape (height, width, 1 or 3); from black, the least value, to white, the greatest.
            step: number of the epoch or step.

        Raises:
            ImportError: if Pillow is not installed.
        """
        from PIL import Image
        from tensorboard.compat.proto.summary_pb2 import Summary

        pixels = np.nan_to_num(np.asarray(pixels, "float64"))
        span = float(np.ptp(pixels)) or 1.0
        levels = np.round((pixels - pixels.min()) / span * 255).astype("uint8")
        png = io.BytesIO()
        Image.fromarray(levels[..., 0] if levels.shape[-1] == 1 else levels).save(png, "PNG")
        height, width, channels = levels.shape
        content = Summary.Image(height=height, width=width, colorspace=channels, encoded_image_string=png.getvalue())
        self._event(step, summary=Summary(value=[Summary.Value(tag=tag, image=content)]))

    def graph(self, nodes: Iterable[tuple[str, str, Sequence[str]]]) -> None:
        """Add a graph: for each node its name, what it does, and the names of the nodes before it."""
        from tensorboard.compat.proto.graph_pb2 import GraphDef

        graph = GraphDef()
        for name, op, inputs in nodes:
            graph.node.add(name=name, op=op, input=inputs)
        self._event(graph_def=graph.SerializeToString())

    def _event(self, step: int = 0, **content: Any) -> None:
        from tensorboard.compat.proto.event_pb2 import Event

        self._records.write(Event(wall_time=time.time(), step=step, **content).SerializeToString())

    def flush(self) -> None:
        """Let readers see what was added."""
        self._records.flush()

    def close(self) -> None:
        """Close the file."""
        self._records.close()
