"""FeatureSpace: a table of features of several kinds as one vector a row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

from keras_core import Input, KerasTensor, Layer, Spec, ops, tree
from keras_core.data_utils import tables_of
from keras_core.dtypes import is_float
from keras_core.layers import HostLayer
from keras_core.saving import save_model

from keras_preprocessing.features import kinds
from keras_preprocessing.features.feature import Cross, Feature, Part
from keras_preprocessing.features.table_parts import TFDConcat
from keras_preprocessing.layers import CategoryEncoding, HashedCrossing
from keras_preprocessing.layers.data_graphs import framework_of, graph_backend
from keras_preprocessing.layers.encoding import describe
from keras_preprocessing.layers.host_layer import as_array
from keras_preprocessing.layers.stored_vocabulary import StoredVocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from keras_core.backend import CallsHost
    from keras_core.typing import ArrayLike, Data, FileLike, Tensor, TensorTree


class FeatureSpace(Layer):
    """A table of features of several kinds as one vector a row: numbers scaled, categories as one-hot vectors, crosses.

    Each column has a layer that prepares it. `adapt` lets those learn that have to (means, bins, vocabularies). Then
    the space is called on data, or in a model, or a model begins with it: ``Model(space.get_inputs(), outputs)``, made
    of ``space.get_encoded_features()``. It may be mapped over a data set of tf.data. Strings and hashes are computed
    on the host.

    Args:
        features: the columns: name → a `Feature`, as the static methods make it, or the name of such a method.
        output_mode: "concat": one vector, of the columns in the order of their names, then of the crosses; "dict": the
            parts by name. Defaults to "concat".
        crosses: what is crossed: `FeatureSpace.cross(...)`, or tuples of names. Defaults to None.
        crossing_dim: number of buckets of crosses that are given as tuples. Defaults to 32.
        hashing_dim: number of buckets of "string_hashed" and "integer_hashed". Defaults to 32.
        num_discretization_bins: number of bins of "float_discretized". Defaults to 32.
        name: name of the layer.
        **kwargs: the other arguments of `Layer`.

    Call arguments:
        data: dict of arrays, lists or tensors by name, others than the columns' among them.

    Input shape:
        Columns of shape ``(batch,)`` or ``(batch, 1)``, or single values.

    Output shape:
        ``(batch, size)`` with "concat", a dict of such with "dict"; ``(size,)`` for single values.

    Raises:
        ValueError: for no columns, unknown kinds and modes, crosses of columns that there are not, indices in a
            vector, columns that are missing, and calls before `adapt`.
        TypeError: for data that are no dict, and strings in place of numbers.

    Example:
        >>> import numpy as np
        >>> from keras_preprocessing.features import FeatureSpace
        >>> space = FeatureSpace({"size": "float", "color": "string_categorical"})
        >>> table = {"size": np.array([1.0, 2.0]), "color": np.array(["red", "blue"])}
        >>> space.adapt(table)
        >>> np.asarray(space(table)).tolist()
        [[0.0, 1.0, 0.0, 1.0], [0.0, 0.0, 1.0, 2.0]]
    """

    written_in = "keras.utils"
    stands_alone = True

    feature = Feature
    cross = Cross
    float = staticmethod(kinds.plain)
    float_rescaled = staticmethod(kinds.rescaled)
    float_normalized = staticmethod(kinds.normalized)
    float_discretized = staticmethod(kinds.discretized)
    integer_categorical = staticmethod(kinds.integers)
    string_categorical = staticmethod(kinds.strings)
    string_hashed = staticmethod(kinds.hashed_strings)
    integer_hashed = staticmethod(kinds.hashed_integers)

    def __init__(
        self,
        features: Mapping[str, Feature | str],
        output_mode: str = "concat",
        crosses: Sequence[Cross | Sequence[str]] | None = None,
        crossing_dim: int = 32,
        hashing_dim: int = 32,
        num_discretization_bins: int = 32,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        if not isinstance(features, Mapping) or not features:
            raise ValueError(f"{describe(self)}: features must be a dict with a column or more, got {features!r}.")
        if output_mode not in ("concat", "dict"):
            raise ValueError(f"{describe(self)}: output_mode must be 'concat' or 'dict', got {output_mode!r}.")
        self.output_mode = output_mode
        self.crossing_dim = crossing_dim
        self.hashing_dim = hashing_dim
        self.num_discretization_bins = num_discretization_bins
        self.features = {
            key: kinds.of_kind(one, key, num_discretization_bins, hashing_dim) if isinstance(one, str) else one
            for key, one in features.items()
        }
        self.crosses = [one if isinstance(one, Cross) else Cross(one, crossing_dim) for one in crosses or ()]
        self._check()
        self.preprocessors = {key: one.preprocessor for key, one in self.features.items()}
        self.crossers = {one.name: HashedCrossing(one.crossing_dim, name=one.name) for one in self.crosses}
        self.inputs = {key: Input((1,), dtype=one.dtype, name=key) for key, one in self.features.items()}
        self.one_hot_encoders: dict[str, CategoryEncoding] = {}
        self.concat = TFDConcat(axis=-1)
        self._ready = False
        self._learners = [key for key, layer in self.preprocessors.items() if _can_learn(layer) and not _knows(layer)]

    _untracked = Layer._untracked | {"features", "crosses", "inputs", "_learners"}

    def _check(self) -> None:
        for key, one in self.features.items():
            if not isinstance(one, Feature):
                raise ValueError(f"{describe(self)}: feature {key!r} must be a Feature or a kind's name, got {one!r}.")
        for cross in self.crosses:
            if unknown := [key for key in cross.feature_names if key not in self.features]:
                raise ValueError(
                    f"{describe(self)}: crosses name {', '.join(map(repr, unknown))}, which is none of the features "
                    f"{list(self.features)}."
                )
            if plain := [key for key in cross.feature_names if self.features[key].output_mode == "float"]:
                raise ValueError(
                    f"{describe(self)}: only categories can be crossed, and {plain[0]!r} is a number. Use "
                    "FeatureSpace.float_discretized(...), which makes bins of it."
                )
        indices = [key for key, one in self._parts().items() if one.output_mode == "int"]
        if self.output_mode == "concat" and indices:
            raise ValueError(
                f'{describe(self)}: {indices[0]!r} stays an index, output_mode="int", which no vector can hold. Give '
                'it output_mode="one_hot", or the space output_mode="dict".'
            )

    def _parts(self) -> dict[str, Part]:
        """What the output consists of, in its order."""
        crosses = {one.name: one for one in self.crosses}
        groups: tuple[Mapping[str, Part], ...] = (self.features, crosses)
        return {key: group[key] for group in groups for key in sorted(group)}

    # -- learning

    def adapt(self, dataset: Data | Mapping[str, ArrayLike]) -> None:
        """Let the layers of the columns learn from data; what they had learnt is forgotten.

        Layers that were given a vocabulary, bins or statistics, or had learnt before they were given to the space, keep
        what they know.

        Args:
            dataset: a dict of arrays, a data frame, or batches of these, of any kind that `fit` takes: a tf.data data
                set, a `PyDataset`, a loader of PyTorch, a generator. Of batches ``(x, y)``, x is taken.

        Raises:
            ValueError: for data without a column of the space.
            TypeError: for data of another kind.
        """
        who = f"{describe(self)}: adapt()"
        source: Any = dataset
        if hasattr(dataset, "__next__"):  # it can be read once
            source = list(tables_of(dataset, who, self._learners))
        for key in self._learners:
            layer: Any = self.preprocessors[key]
            layer.adapt(self._learnt_column(source, key, who))
        self._make_encoders()
        self._ready = True

    def _learnt_column(self, dataset: Any, key: str, who: str) -> Iterator[np.ndarray]:
        for table in tables_of(dataset, who, [key]):
            values = self._checked(key, as_array(table[key]))
            yield values.reshape(-1, 1) if values.ndim < 2 else values

    def _check_ready(self) -> None:
        """Raise ValueError where a layer has to learn first."""
        if not self._ready:
            for key, layer in self.preprocessors.items():
                if _can_learn(layer) and not _knows(layer):
                    raise ValueError(
                        f"{describe(self)}: the layer of feature {key!r} has learnt nothing yet. Call adapt(data) "
                        "before."
                    )
            self._ready = True

    def _make_encoders(self) -> None:
        for key, part in self._parts().items():
            if part.output_mode == "one_hot":
                depth = part.crossing_dim if isinstance(part, Cross) else self._depth(key)
                known = self.one_hot_encoders.get(key)
                if known is None or known.num_tokens != depth:
                    self.one_hot_encoders[key] = CategoryEncoding(depth, output_mode="multi_hot")

    def _depth(self, key: str) -> int:
        """How many indices the layer of a column gives."""
        layer: Any = self.preprocessors[key]
        if isinstance(layer, StoredVocabulary):
            return layer.places()
        if hasattr(layer, "vocabulary_size"):
            return int(layer.vocabulary_size())
        if getattr(layer, "num_bins", None) is not None:
            return int(layer.num_bins)
        if getattr(layer, "bin_boundaries", None) is not None:
            return len(layer.bin_boundaries) + 1
        raise ValueError(
            f"{describe(self)}: how many categories {type(layer).__name__} gives for feature {key!r} is not known. "
            'Give the layer an attribute num_bins or a method vocabulary_size(), or the feature output_mode="float".'
        )

    # -- calling

    def __call__(self, data: Mapping[str, TensorTree], *args: Any, **kwargs: Any) -> TensorTree:
        """The vectors for data, or for tensors of a model."""
        if not isinstance(data, Mapping):
            raise TypeError(f"{describe(self)} takes a dict of columns, got {type(data).__name__}.")
        if missing := [key for key in self.features if key not in data]:
            raise ValueError(
                f"{describe(self)}: the data have no column {', '.join(map(repr, missing))}; they have {list(data)}."
            )
        self._check_ready()
        columns: dict[str, Any] = {key: data[key] for key in self.features}
        pipeline = self._pipeline(columns)
        if pipeline is not None:
            return self._in_pipeline(pipeline, columns)
        if all(map(_holds_values, columns.values())):
            return self._of_values(columns)
        return super().__call__(columns, *args, **kwargs)

    def call(self, data: Mapping[str, Tensor]) -> TensorTree:
        return self._encoded(data)

    def _of_values(self, columns: Mapping[str, Any]) -> TensorTree:
        """The vectors for arrays and lists."""
        arrays = {key: self._checked(key, as_array(value)) for key, value in columns.items()}
        single = all(array.ndim == 0 for array in arrays.values())
        found = self._encoded({key: x.reshape(-1, 1) if x.ndim < 2 else x for key, x in arrays.items()})
        return tree.map_structure(lambda tensor: ops.squeeze(tensor, 0), found) if single else found

    def _checked(self, key: str, array: np.ndarray) -> np.ndarray:
        """A column in the dtype of its feature."""
        wanted = self.features[key].dtype
        text = array.dtype.kind in "USO"
        if text != (wanted == "string") and not (array.dtype.kind == "O" and wanted != "string"):
            raise TypeError(
                f"{describe(self)}: feature {key!r} takes {'strings' if wanted == 'string' else wanted}, got "
                f"{array.dtype}. Make it another kind of feature, or convert the column."
            )
        return array if wanted == "string" else array.astype(_wide(wanted, array))

    def _encoded(self, columns: Mapping[str, Tensor]) -> TensorTree:
        self._make_encoders()
        prepared = {key: self._prepared(key, columns[key]) for key in self.features}
        for cross in self.crosses:
            prepared[cross.name] = self.crossers[cross.name]([prepared[key] for key in cross.feature_names])
        parts: dict[str, Tensor] = {}
        for key, part in self._parts().items():
            found = prepared[key]
            if part.output_mode == "one_hot":
                found = self.one_hot_encoders[key](found)
            elif part.output_mode == "float" and not is_float(ops.dtype(found)):
                found = ops.cast(found, "float32")
            parts[key] = found
        if self.output_mode == "dict":
            return parts
        return self.concat(list(parts.values())) if len(parts) > 1 else next(iter(parts.values()))

    def _prepared(self, key: str, column: Tensor) -> Tensor:
        """What the layer of a column gives, with an axis beside that of the batch."""
        layer = self.preprocessors[key]
        if isinstance(layer, HostLayer):  # which takes nothing that is computed in a model
            return _as_column(layer(column))
        return layer(_as_column(column))

    # -- pipelines of a framework

    def _pipeline(self, columns: Mapping[str, Any]) -> CallsHost | None:
        """The backend whose pipeline of data these tensors without values are in; None in a step of a model."""
        owner: Any = graph_backend(columns)
        hosted = any(isinstance(layer, HostLayer) for layer in self.preprocessors.values())
        return owner if owner is not None and (hosted or owner.name != self.backend_name) else None

    def _in_pipeline(self, owner: CallsHost, columns: Mapping[str, Any]) -> TensorTree:
        """Tensors that are computed by this space when the pipeline runs."""
        names, values = list(columns), list(columns.values())
        single = all(len(value.shape) == 0 for value in values)
        specs = self.compute_output_spec({key: KerasTensor((None, 1), one.dtype) for key, one in self.features.items()})
        flat = tree.flatten(specs)

        def run(*arrays: np.ndarray) -> list[np.ndarray]:
            found = tree.flatten(self._of_values(dict(zip(names, arrays, strict=True))))
            return [
                ops.convert_to_numpy(one).astype(spec.dtype, copy=False) for one, spec in zip(found, flat, strict=True)
            ]

        wanted = [Spec(spec.shape[1:] if single else spec.shape, spec.dtype) for spec in flat]
        return tree.pack_sequence_as(specs, owner.host_call(run, values, wanted))

    # -- in models

    def get_inputs(self) -> dict[str, KerasTensor]:
        """The inputs of a model of tables, by name."""
        return dict(self.inputs)

    def get_encoded_features(self) -> TensorTree:
        """What the space gives for `get_inputs()`, in a model.

        Raises:
            ValueError: before `adapt`.
        """
        self._check_ready()
        return self._encoded(self.inputs)

    # -- files

    def save(self, filepath: FileLike) -> None:
        """Save the space to a file, which `keras.models.load_model` reads.

        Args:
            filepath: a path that ends in `.keras`.
        """
        space: Any = self
        save_model(space, filepath)

    def get_build_config(self) -> dict[str, Any]:
        """What the layers of the columns were built with."""
        return {key: layer.get_build_config() or {} for key, layer in self.preprocessors.items()}

    def build_from_config(self, config: Mapping[str, Any]) -> None:
        """Build the layers of the columns; what they have learnt is in the file's arrays and assets.

        Args:
            config: `get_build_config`'s dict.
        """
        for key, layer in self.preprocessors.items():
            layer.build_from_config(config.get(key) or {})
            if not (layer.built or isinstance(layer, HostLayer) or _can_learn(layer)):
                layer.build((None, 1))

    def get_config(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "features": {key: one.in_file() for key, one in self.features.items()},
            "output_mode": self.output_mode,
            "crosses": [one.in_file() for one in self.crosses],
            "crossing_dim": self.crossing_dim,
            "hashing_dim": self.hashing_dim,
            "num_discretization_bins": self.num_discretization_bins,
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        features = {key: Feature.from_config(one["config"]) for key, one in config["features"].items()}
        crosses = [Cross.from_config(one["config"]) for one in config.get("crosses") or ()]
        space = cls(**{**config, "features": features, "crosses": crosses})
        space._learners = [key for key, layer in space.preprocessors.items() if _can_learn(layer)]
        return space


def _as_column(x: Tensor) -> Tensor:
    return ops.expand_dims(x, -1) if ops.ndim(x) == 1 else x


def _can_learn(layer: Any) -> bool:
    """Whether a layer takes data to learn from: not where it was made with what there is to learn."""
    given = getattr(layer, "input_mean", None) is not None or getattr(layer, "num_bins", 0) is None
    return hasattr(layer, "adapt") and not given


def _knows(layer: Any) -> bool:
    """Whether a layer that learns has its vocabulary, bins or statistics, or a file will give them."""
    if isinstance(layer, StoredVocabulary):
        return layer.has_vocabulary
    if hasattr(layer, "bin_boundaries"):
        return layer.bin_boundaries is not None
    return bool(layer.built)


def _wide(wanted: str, array: np.ndarray) -> str:
    """The dtype of a column: integers that 32 bits do not hold keep theirs, as their hash is that of all digits."""
    return array.dtype.name if wanted == "int32" and array.dtype.kind in "iu" and array.itemsize > 2 else wanted


def _holds_values(value: Any) -> bool:
    """Whether something is an array or a list, or a tensor that has values."""
    if isinstance(value, KerasTensor) or hasattr(value, "_fields"):
        return False
    owner = framework_of(value)
    if owner is not None:
        return owner.is_concrete(value)
    return isinstance(value, (list, tuple, str, bytes, int, float)) or hasattr(value, "__array__")
