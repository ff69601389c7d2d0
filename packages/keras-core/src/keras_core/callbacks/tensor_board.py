"""The course of a training in TensorBoard."""

from __future__ import annotations

import os
import re
import time
import warnings
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from keras_core.callbacks.callback import Callback, LogsLike
from keras_core.callbacks.event_file import EventFile

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from keras_core.typing import NonNegativeInt, PathLike, PositiveInt


class TensorBoard(Callback):
    """Writes what TensorBoard shows: metrics, learning rate, weights, the graph of layers, embeddings.

    Look at it with ``tensorboard --logdir logs``. It needs the package `tensorboard`
    (``pip install 'keras-core[tensorboard]'``) and no other framework than the model's. Metrics of the training are in
    the run "train", those of the validation in "validation", both as "epoch_loss" and so on.

    Args:
        log_dir: the folder. Defaults to "logs".
        histogram_freq: after how many epochs the weights' distributions are written; 0 for never. Defaults to 0.
        write_graph: whether the graph of layers is written. Defaults to True.
        write_images: whether weights are written as pictures, too, with `histogram_freq`; needs Pillow. Defaults to
            False.
        write_steps_per_second: whether the speed is written. Defaults to False.
        update_freq: "epoch"; or "batch" or a number of batches after which metrics so far are written, as "batch_loss"
            and so on. Defaults to "epoch".
        profile_batch: accepted, and warned of unless it is 0: use the profiler of the framework. Defaults to 0.
        embeddings_freq: after how many epochs the weights of Embedding layers are written for the projector; 0 for
            never. Defaults to 0.
        embeddings_metadata: a file with a label in each line, or a dict of such files by name of the layer. Defaults to
            None.
        embeddings_layer_names: Keras 2: names of the layers whose embeddings are written; all when None. Defaults to
            None.
        batch_size: accepted for Keras 2, and not needed. Defaults to None.
        write_grads: accepted for Keras 2, and warned of where it is True: gradients are not written. Defaults to False.
        embeddings_data: accepted for Keras 2, and not needed: the weights are written. Defaults to None.

    Raises:
        ValueError: for an argument that is none of the above.
        ImportError: when training begins, if `tensorboard` is not installed.

    Example:
        >>> from keras_core.callbacks import TensorBoard
        >>> TensorBoard("logs", histogram_freq=1).log_dir
        'logs'
    """

    state_attributes = ("steps",)

    only_writes = True

    def __init__(
        self,
        log_dir: PathLike = "logs",
        histogram_freq: NonNegativeInt = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: Literal["epoch", "batch"] | PositiveInt = "epoch",
        profile_batch: object = 0,
        embeddings_freq: NonNegativeInt = 0,
        embeddings_metadata: Mapping[str, PathLike] | PathLike | None = None,
        *,
        embeddings_layer_names: Collection[str] | None = None,
        batch_size: object = None,
        write_grads: bool = False,
        embeddings_data: object = None,
    ) -> None:
        if profile_batch:
            warnings.warn(
                f"TensorBoard: profile_batch={profile_batch!r} does nothing. Use the profiler of the framework itself."
            )
        if write_grads:
            warnings.warn("TensorBoard: write_grads=True does nothing, gradients are not written. Leave it out.")
        self.log_dir = os.fspath(log_dir)
        self.histogram_freq = histogram_freq
        self.write_graph = write_graph
        self.write_images = write_images
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = update_freq
        self.profile_batch = profile_batch
        self.embeddings_freq = embeddings_freq
        self.embeddings_metadata = embeddings_metadata
        self.embeddings_layer_names = embeddings_layer_names
        self.batch_size = batch_size
        self.write_grads = write_grads
        self.embeddings_data = embeddings_data
        self.reads_weights = bool(histogram_freq or embeddings_freq)
        self.steps = 0
        self._files: dict[str, EventFile] = {}
        self._done = 0
        self._began = 0.0
        self._in_fit = False
        if update_freq != "epoch":
            # Only now: a class that defines a batch-level hook is told of every step.
            self.on_train_batch_end = self._write_batch  # type: ignore[method-assign]

    def on_train_begin(self, logs: LogsLike = None) -> None:
        """Open the file of the training, and write the graph."""
        self._in_fit, self.steps = True, 0
        file = self._file("train")
        if self.write_graph:
            file.graph(_nodes(self.model))
            file.flush()

    def on_epoch_begin(self, epoch: int, logs: LogsLike = None) -> None:
        """Begin to measure the speed."""
        self._done, self._began = 0, time.perf_counter()

    def on_steps_end(self, steps: int, logs: LogsLike = None) -> None:
        """Count the steps of the training."""
        self.steps += max(steps - self._done, 0)
        self._done = max(steps, self._done)

    def _write_batch(self, batch: int, logs: LogsLike = None) -> None:
        every = self.update_freq if isinstance(self.update_freq, int) else 1
        step = self.steps - self._done + batch  # on_steps_end counts the steps of a whole call
        if (step + 1) % every == 0:
            self._write("train", "batch_", logs, step)

    def on_epoch_end(self, epoch: int, logs: LogsLike = None) -> None:
        """Write what was measured, and of the weights what is due."""
        found = dict(logs or {})
        validation = {name.removeprefix("val_"): found.pop(name) for name in list(found) if name.startswith("val_")}
        rate = getattr(getattr(self.model, "optimizer", None), "learning_rate", None)
        if rate is not None:
            found.setdefault("learning_rate", float(np.asarray(rate)))
        if self.write_steps_per_second:
            found["steps_per_second"] = self._done / max(time.perf_counter() - self._began, 1e-9)
        self._write("train", "epoch_", found, epoch)
        if validation:
            self._write("validation", "epoch_", validation, epoch)
        if self.histogram_freq and (epoch + 1) % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.embeddings_freq and (epoch + 1) % self.embeddings_freq == 0:
            self._write_embeddings(epoch)

    def on_test_end(self, logs: LogsLike = None) -> None:
        """Write what `evaluate` measured, over the steps that the optimizer has done."""
        if not self._in_fit:
            optimizer = getattr(self.model, "optimizer", None)
            step = 0 if optimizer is None else int(np.asarray(optimizer.iterations))
            named = {f"{name}_vs_iterations": value for name, value in (logs or {}).items()}
            self._write("validation", "evaluation_", named, step)

    def on_train_end(self, logs: LogsLike = None) -> None:
        """Close the files."""
        self.close()

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            file.close()
        self._files, self._in_fit = {}, False

    def _file(self, run: str) -> EventFile:
        if run not in self._files:
            self._files[run] = EventFile(os.path.join(self.log_dir, run))
        return self._files[run]

    def _write(self, run: str, prefix: str, logs: LogsLike, step: int) -> None:
        file = self._file(run)
        for name, value in (logs or {}).items():
            if np.ndim(value) == 0:
                file.scalar(prefix + name, float(value), step)
        file.flush()

    def _write_weights(self, epoch: int) -> None:
        file = self._file("train")
        for weight in self.model.weights:
            value = weight.numpy()
            file.histogram(f"{weight.path}/histogram", value, epoch)
            if self.write_images:
                for index, picture in enumerate(_pictures(value)):
                    file.image(f"{weight.path}/image/{index}", picture, epoch)
        file.flush()

    def _write_embeddings(self, epoch: int) -> None:
        from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

        config, folder = ProjectorConfig(), os.path.join(self.log_dir, "train")
        for layer in self.model.layers:
            matrix = getattr(layer, "embeddings", None)
            wanted = self.embeddings_layer_names
            if matrix is None or (wanted and layer.name not in wanted):
                continue
            entry = config.embeddings.add(tensor_name=layer.name)
            entry.tensor_path = f"{re.sub('[^A-Za-z0-9_.-]', '_', layer.name)}-{epoch}.tsv"
            np.savetxt(os.path.join(folder, entry.tensor_path), np.asarray(matrix.numpy(), "float64"), delimiter="\t")
            given = self.embeddings_metadata
            labels = given if given is None or isinstance(given, (str, os.PathLike)) else given.get(layer.name)
            if labels is not None:
                entry.metadata_path = os.path.abspath(os.fspath(labels))
        with open(os.path.join(folder, "projector_config.pbtxt"), "w", encoding="utf-8") as file:
            file.write(str(config))


def _nodes(model: Any) -> list[tuple[str, str, list[str]]]:
    """The layers and ops of a model: name, class and the names of what is before them, where that is known."""
    graph = model.symbolic_graph
    if graph is None:
        return [(layer.name, type(layer).__name__, []) for layer in model.layers]
    found: list[tuple[str, str, list[str]]] = [(name, "InputLayer", []) for name in model.input_names]
    inputs = {id(tensor): name for tensor, name in zip(model.inputs, model.input_names, strict=True)}
    names: dict[int, str] = {}
    for node in graph.nodes:
        operation = node.operation
        name = base = str(getattr(operation, "name", None) or getattr(operation, "__name__", "op"))
        number = 1
        while name in [*names.values(), *inputs.values()]:
            name, number = f"{base}_{number}", number + 1
        names[id(node)] = name
        kind = str(getattr(operation, "__name__", None) or type(operation).__name__)
        before = [inputs.get(id(tensor)) or names.get(id(graph.start_of(tensor))) for tensor in node.parents]
        found.append((name, kind, [one for one in before if one is not None]))
    return found


def _pictures(value: np.ndarray) -> list[np.ndarray]:
    """Pictures of shape (height, width, 1 or 3): of a matrix one, of a kernel one for each filter, at most 16."""
    if value.ndim in (1, 2):
        return [np.atleast_2d(value)[..., None]]
    if value.ndim == 4:
        filters = np.moveaxis(value, -1, 0)[:16]
        return [one if one.shape[-1] == 3 else one.mean(-1, keepdims=True) for one in filters]
    return []
