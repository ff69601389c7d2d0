"""What a FeatureSpace knows of a column, and of columns that are crossed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

from keras_core import Layer
from keras_core.layers import deserialize
from keras_core.saving import serialize_keras_object

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MODULE = "keras.src.layers.preprocessing.feature_space"
"""Where files say that these classes are."""


class Part:
    """Base of what the output of a FeatureSpace consists of.

    Args:
        output_mode: what becomes of the numbers, one of `modes`.

    Attributes:
        arguments: names of the arguments.
        modes: the modes that there are.

    Raises:
        ValueError: for another `output_mode`.
    """

    arguments: ClassVar[tuple[str, ...]] = ("output_mode",)
    modes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, output_mode: str) -> None:
        if output_mode not in self.modes:
            *others, last = map(repr, self.modes)
            raise ValueError(
                f"{type(self).__name__}: output_mode must be {', '.join(others)} or {last}, got {output_mode!r}."
            )
        self.output_mode = output_mode

    def get_config(self) -> dict[str, Any]:
        """The arguments, a layer among them as its config."""
        values = {name: getattr(self, name) for name in self.arguments}
        return {
            name: serialize_keras_object(value) if isinstance(value, Layer) else value for name, value in values.items()
        }

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> Self:
        """One of `get_config`'s dict.

        Args:
            config: the dict.
        """
        return cls(**config)

    def in_file(self) -> dict[str, Any]:
        """Its entry in the config of a FeatureSpace, as files of Keras 3 hold it."""
        name = type(self).__name__
        return {"module": MODULE, "class_name": name, "config": self.get_config(), "registered_name": name}


class Feature(Part):
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

    arguments = ("dtype", "preprocessor", "output_mode")
    modes = ("one_hot", "int", "float")

    def __init__(self, dtype: str, preprocessor: Layer | Mapping[str, Any], output_mode: str) -> None:
        super().__init__(output_mode)
        layer = deserialize(dict(preprocessor)) if isinstance(preprocessor, dict) else preprocessor
        if not isinstance(layer, Layer):
            raise TypeError(f"Feature: preprocessor must be a layer, got {type(layer).__name__}: {layer!r}.")
        self.dtype = dtype
        self.preprocessor = layer


class Cross(Part):
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

    arguments = ("feature_names", "crossing_dim", "output_mode")
    modes = ("one_hot", "int")

    def __init__(self, feature_names: Sequence[str], crossing_dim: int, output_mode: str = "one_hot") -> None:
        super().__init__(output_mode)
        if isinstance(feature_names, str) or len(feature_names) < 2:
            raise ValueError(f"Cross: feature_names must be two or more names of features, got {feature_names!r}.")
        self.feature_names = tuple(feature_names)
        self.crossing_dim = crossing_dim

    @property
    def name(self) -> str:
        """The names of the columns, with "_X_" between."""
        return "_X_".join(self.feature_names)
