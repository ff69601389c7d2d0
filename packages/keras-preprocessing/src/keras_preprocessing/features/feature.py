"""What a FeatureSpace knows of a column, and of columns that are crossed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from keras_core import Layer
from keras_core.layers import deserialize
from keras_core.saving import serialize_keras_object

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MODULE = "keras.src.layers.preprocessing.feature_space"
"""Where files say that these classes are."""


class Feature:
    """A column: its dtype, the layer that prepares it, and what becomes of that layer's output.

    Args:
        dtype: "float32", "int32", "string", or another dtype of the data.
        preprocessor: the layer.
        output_mode: "one_hot": the layer gives indices, which become vectors; "int": indices that stay; "float": the
            layer gives the numbers that the column adds to a row.

    Raises:
        ValueError: for another `output_mode`.
        TypeError: for a preprocessor that is no layer.

    Example:
        >>> from keras_preprocessing.features import Feature
        >>> from keras_preprocessing.layers import Rescaling
        >>> Feature("float32", Rescaling(0.5), "float").output_mode
        'float'
    """

    def __init__(self, dtype: str, preprocessor: Layer | Mapping[str, Any], output_mode: str) -> None:
        if output_mode not in ("one_hot", "int", "float"):
            raise ValueError(f"Feature: output_mode must be 'one_hot', 'int' or 'float', got {output_mode!r}.")
        layer = deserialize(dict(preprocessor)) if isinstance(preprocessor, dict) else preprocessor
        if not isinstance(layer, Layer):
            raise TypeError(f"Feature: preprocessor must be a layer, got {type(layer).__name__}: {layer!r}.")
        self.dtype = dtype
        self.preprocessor = layer
        self.output_mode = output_mode

    def get_config(self) -> dict[str, Any]:
        """The arguments of the feature, its layer as a config."""
        return {
            "dtype": self.dtype,
            "preprocessor": serialize_keras_object(self.preprocessor),
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """A feature of `get_config`'s dict.

        Args:
            config: the dict.
        """
        return cls(**config)


class Cross:
    """Columns that are crossed: each combination of their values is a bucket, which its hash says.

    Args:
        feature_names: names of two or more columns whose layers give indices.
        crossing_dim: number of buckets.
        output_mode: "one_hot": a vector for each combination; "int": its bucket. Defaults to "one_hot".

    Raises:
        ValueError: for another `output_mode`, and fewer than two names.

    Example:
        >>> from keras_preprocessing.features import Cross
        >>> Cross(("color", "size"), 16).name
        'color_X_size'
    """

    def __init__(self, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot") -> None:
        if output_mode not in ("one_hot", "int"):
            raise ValueError(f"Cross: output_mode must be 'one_hot' or 'int', got {output_mode!r}.")
        if isinstance(feature_names, str) or len(feature_names) < 2:
            raise ValueError(f"Cross: feature_names must be two or more names of features, got {feature_names!r}.")
        self.feature_names = tuple(feature_names)
        self.crossing_dim = crossing_dim
        self.output_mode = output_mode

    @property
    def name(self) -> str:
        """The names of the columns, with "_X_" between."""
        return "_X_".join(self.feature_names)

    def get_config(self) -> dict[str, Any]:
        """The arguments."""
        return {
            "feature_names": self.feature_names,
            "crossing_dim": self.crossing_dim,
            "output_mode": self.output_mode,
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """A cross of `get_config`'s dict.

        Args:
            config: the dict.
        """
        return cls(**config)


def in_file(item: Feature | Cross) -> dict[str, Any]:
    """A feature or a cross as files of Keras 3 hold it.

    Args:
        item: the feature or the cross.
    """
    name = type(item).__name__
    return {"module": MODULE, "class_name": name, "config": item.get_config(), "registered_name": name}
