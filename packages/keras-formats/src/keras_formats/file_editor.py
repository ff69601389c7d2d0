"""A file of weights, looked at and changed without a model."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

import numpy as np
from keras_core.saving import LooseWeights, file_content, put_arrays, savable_objects, save_weights

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator, Mapping

    from keras_core import Model
    from keras_core.typing import ArrayLike, FileLike

ENDINGS = (".weights.h5", ".weights.json", ".safetensors", ".npz")
Nested = dict[str, Any]


class KerasFileEditor:
    """Looks into a file of weights, changes what is in it, and saves the outcome as another file.

    Objects are called by their paths in the file (``"layers/dense_1"``), or by the last part where only one object has
    it (``"dense_1"``). Nothing in the file is run and no model is made; its arrays are in memory.

    Args:
        filepath: a file of a model or of weights in the layout of Keras 3: `.keras`, `.weights.h5`, `.weights.json`,
            `.safetensors` or `.npz`.

    Raises:
        FileNotFoundError: when there is no such file.
        ValueError: for a file that is damaged or refused, or has weights in another layout.

    Example:
        >>> import io
        >>> from keras_core import Input, Layer, Sequential
        >>> from keras_formats import KerasFileEditor
        >>> class Scale(Layer):
        ...     def build(self, shape):
        ...         self.factor = self.add_weight(name="factor", shape=shape[1:])
        ...
        ...     def call(self, x):
        ...         return x * self.factor
        >>> file = io.BytesIO()
        >>> Sequential([Input((3,)), Scale(name="one")]).save_weights(file)
        >>> editor = KerasFileEditor(file.getvalue())
        >>> editor.rename_object("scale", "scale_of_inputs")
        >>> editor.summary()
        layers
        └─ scale_of_inputs ('one')
           └─ 0: shape=(3,), dtype=float32
    """

    def __init__(self, filepath: FileLike) -> None:
        self.filepath = filepath
        self.model: Model | None = None
        self._objects: dict[str, dict[str, np.ndarray]] = {}
        self._labels: dict[str, str] = {}
        with file_content(filepath) as content:
            self.metadata: dict[str, str] = dict(content.origin)
            self.config: Any = content.config
            count = 0
            for array in content.arrays():
                count += 1
                path, _, name = array.path.rpartition("/")
                if path != "vars" and not path.endswith("/vars"):
                    continue
                place = path.removesuffix("vars").rstrip("/")
                self._objects.setdefault(place, {})[name] = np.array(array.read())
                self._labels[place] = array.layer
            if count and not self._objects:
                raise ValueError(
                    f"'{filepath}' has no weights in the layout of Keras 3. Load it, and save its weights to a path "
                    "that ends in '.weights.h5'."
                )

    # -- looking

    @property
    def weights_dict(self) -> Nested:
        """Dicts in dicts, by the parts of paths, with the arrays innermost."""
        found: Nested = {}
        for path, arrays in self._objects.items():
            inner = found
            for part in path.split("/") if path else ():
                inner = inner.setdefault(part, {})
            inner.update(arrays)
        return _arrays_first(found)

    @property
    def object_metadata(self) -> dict[str, dict[str, str]]:
        """Path of an object → what the file says of it: the name of its layer."""
        return {f"/{path}": {"name": label} for path, label in self._labels.items()}

    def summary(self) -> None:
        """Print what is in the file as a tree of paths, with shapes and dtypes."""
        print("\n".join(self._lines(self.weights_dict, "", "", 0)))

    weights_summary = summary

    def _lines(self, inner: Nested, indent: str, path: str, depth: int) -> Iterator[str]:
        for number, (name, value) in enumerate(inner.items()):
            last = number == len(inner) - 1
            start = indent + (("└─ " if last else "├─ ") if depth else "")
            if isinstance(value, np.ndarray):
                yield f"{start}{name}: shape={value.shape}, dtype={value.dtype}"
                continue
            below = f"{path}/{name}".lstrip("/")
            yield start + name + self._label(below)
            yield from self._lines(value, indent + (("   " if last else "│  ") if depth else ""), below, depth + 1)

    def _label(self, path: str) -> str:
        """The name of a layer where the file says another one than the path does."""
        label = self._labels.get(path, "")
        return f" ({label!r})" if label and label != path.rpartition("/")[2] else ""

    def _repr_html_(self) -> str:
        """The tree as HTML whose branches open and close, for notebooks; names and numbers are escaped."""
        title = html.escape(str(self.filepath)) if not isinstance(self.filepath, (bytes, bytearray)) else "bytes"
        return f"<div><b>{title}</b>{self._branches(self.weights_dict, '')}</div>"

    def _branches(self, inner: Nested, path: str) -> str:
        found = ""
        for name, value in inner.items():
            if isinstance(value, np.ndarray):
                text = f"{name}: shape={value.shape}, dtype={value.dtype}, {_range(value)}"
                found += f"<div style='margin-left:1.5em'>{html.escape(text)}</div>"
                continue
            below = f"{path}/{name}".lstrip("/")
            title = html.escape(name + self._label(below))
            found += (
                f"<details style='margin-left:1em'{' open' if not path else ''}><summary>{title}</summary>"
                f"{self._branches(value, below)}</details>"
            )
        return found

    def compare(self, reference_model: Model) -> dict[str, Any]:
        """Print where the file and a model differ: weights that one of them lacks, and other shapes.

        Args:
            reference_model: the model, which must be built.

        Returns:
            A dict with ``status``, "success" or "error"; ``error_count``, how many weights differ; and ``match_count``,
            how many agree. The optimizer counts where the model has a built one, seed generators do not.
        """
        wanted: dict[str, dict[str, tuple[int, ...]]] = {}
        for place, _, item in savable_objects(reference_model):
            shapes = _Shapes()
            put_arrays(item, shapes)
            if shapes.found:
                wanted[place.removesuffix("vars").rstrip("/")] = shapes.found
        problems: list[str] = []
        matches = 0
        for path in dict.fromkeys([*wanted, *self._objects]):
            if path.endswith("seed_generator"):
                continue
            have = {name: array.shape for name, array in self._objects.get(path, {}).items()}
            need = wanted.get(path, {})
            for name in dict.fromkeys([*need, *have]):
                if name in need and name in have and need[name] == have[name]:
                    matches += 1
                else:
                    in_model, in_file = need.get(name, "missing"), have.get(name, "missing")
                    problems.append(f"/{path}/{name}: the model has {in_model}, the file {in_file}")
        for line in problems:
            print(line)
        print(f"{len(problems)} weights differ, {matches} agree." if problems else f"All {matches} weights agree.")
        return {
            "status": "error" if problems else "success",
            "error_count": len(problems),
            "match_count": matches,
        }

    # -- changing

    def rename_object(self, object_name: str, new_name: str) -> None:
        """Give an object, with all in it, another name at its place.

        Args:
            object_name: its path, or the last part of it.
            new_name: the new last part.

        Raises:
            ValueError: when there is no such object, or several, or the new name is taken or none.
        """
        path = self._found(object_name)
        above, slash, _ = path.rpartition("/")
        if not new_name or "/" in new_name:
            raise ValueError(f"A name is one part of a path, got {new_name!r}; an object keeps its place.")
        new = above + slash + new_name
        self._check_free(new)
        for kept in (self._objects, self._labels):
            renamed = {new + key[len(path) :] if _is_in(key, path) else key: value for key, value in kept.items()}
            kept.clear()
            kept.update(renamed)  # type: ignore[arg-type]

    def delete_object(self, object_name: str) -> None:
        """Take an object, with all in it, out.

        Args:
            object_name: its path, or the last part of it.

        Raises:
            ValueError: when there is no such object, or several.
        """
        path = self._found(object_name)
        self._objects = {key: value for key, value in self._objects.items() if not _is_in(key, path)}
        self._labels = {key: value for key, value in self._labels.items() if not _is_in(key, path)}

    def add_object(self, object_path: str, weights: Mapping[str, ArrayLike]) -> None:
        """Put an object in.

        Args:
            object_path: its whole path, such as ``"layers/dense_3"``.
            weights: its arrays, by their names "0", "1", ...

        Raises:
            ValueError: when the path is taken or none, or a value is no array of numbers.
        """
        path = object_path.strip("/")
        if not path or any(part in ("", "vars", "..") for part in path.split("/")):
            raise ValueError(f"A path is names with '/' between them, such as 'layers/dense', got {object_path!r}.")
        self._check_free(path)
        self._objects[path] = _arrays(weights, path)
        self._labels[path] = path.rpartition("/")[2]

    def delete_weight(self, object_name: str, weight_name: str) -> None:
        """Take one array of an object out.

        Args:
            object_name: the object's path, or the last part of it.
            weight_name: the name of the array.

        Raises:
            ValueError: when there is no such object or array.
        """
        arrays = self._arrays_of(object_name)
        if str(weight_name) not in arrays:
            raise ValueError(f"'{object_name}' has no weight '{weight_name}'; it has {', '.join(arrays) or 'none'}.")
        del arrays[str(weight_name)]

    def add_weights(self, object_name: str, weights: Mapping[str, ArrayLike]) -> None:
        """Put arrays into an object; those of the same name are replaced.

        Args:
            object_name: the object's path, or the last part of it.
            weights: arrays by their names "0", "1", ...

        Raises:
            ValueError: when there is no such object, or a value is no array of numbers.
        """
        arrays = self._arrays_of(object_name)
        arrays.update(_arrays(weights, object_name))

    def save(self, filepath: str | os.PathLike[str]) -> None:
        """Save the weights as they are now; the file that was opened stays as it is unless its path is given.

        Args:
            filepath: a path that ends in `.weights.h5`, `.weights.json`, `.safetensors` or `.npz`.

        Raises:
            ValueError: for another ending.
        """
        if not str(filepath).endswith(ENDINGS):
            raise ValueError(
                f"Edited weights are saved to a path that ends in {' or '.join(ENDINGS)}, got '{filepath}'."
            )
        save_weights(LooseWeights(self._objects, self._labels), filepath)

    resave_weights = save

    # -- finding

    def _found(self, object_name: str) -> str:
        """The path of the one object of that path or last part."""
        name = object_name.strip("/")
        parts = [path.split("/") for path in self._objects]
        paths = list(dict.fromkeys("/".join(found[:size]) for found in parts for size in range(1, len(found) + 1)))
        if name in paths:
            return name
        fitting = [path for path in paths if name and path.endswith(f"/{name}")]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            raise ValueError(f"Several objects end in '{object_name}': {', '.join(fitting)}. Give the whole path.")
        listed = ", ".join(paths[:20]) + (", ..." if len(paths) > 20 else "")
        raise ValueError(f"There is no object '{object_name}' in '{self.filepath}'; there are {listed or 'none'}.")

    def _arrays_of(self, object_name: str) -> dict[str, np.ndarray]:
        path = self._found(object_name)
        if path not in self._objects:
            raise ValueError(f"'{object_name}' has no weights of its own, only objects with some. Name one of these.")
        return self._objects[path]

    def _check_free(self, path: str) -> None:
        if any(_is_in(key, path) for key in self._objects):
            raise ValueError(f"There is an object '{path}' already; delete it first, or take another name.")


class _Shapes:
    """The mapping that an object of the model fills, of which shapes are kept."""

    def __init__(self) -> None:
        self.found: dict[str, tuple[int, ...]] = {}

    def __setitem__(self, name: str, value: Any) -> None:
        self.found[name] = tuple(np.shape(value.numpy() if hasattr(value, "numpy") else value))


def _arrays_first(inner: Nested) -> Nested:
    """The dicts with their arrays before the dicts in them."""
    arrays = {name: value for name, value in inner.items() if isinstance(value, np.ndarray)}
    return arrays | {name: _arrays_first(value) for name, value in inner.items() if name not in arrays}


def _is_in(path: str, above: str) -> bool:
    return path == above or path.startswith(f"{above}/")


def _arrays(weights: Mapping[str, ArrayLike], what: str) -> dict[str, np.ndarray]:
    found = {str(name): np.array(value) for name, value in dict(weights).items()}
    for name, array in found.items():
        if "/" in name or not name or not (array.dtype.kind in "biufc" or array.dtype.name == "bfloat16"):
            raise ValueError(f"Weight '{name}' of '{what}' must be an array of numbers under a plain name.")
    return found


def _range(array: np.ndarray) -> str:
    """The least and the largest number."""
    if not array.size or array.dtype.kind not in "biuf":
        return f"{array.size:,} numbers"
    return f"from {array.min():.4g} to {array.max():.4g}"
