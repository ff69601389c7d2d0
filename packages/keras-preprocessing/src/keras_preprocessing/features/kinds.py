"""The kinds of features that a FeatureSpace knows by name: functions that make a `Feature` of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from keras_core.layers import deserialize
from keras_core.naming import auto_name

from keras_preprocessing.features.feature import Feature
from keras_preprocessing.features.table_parts import TFDIdentity
from keras_preprocessing.layers import Discretization, Hashing, IntegerLookup, Rescaling, StringLookup

if TYPE_CHECKING:
    from collections.abc import Sequence


def plain(name: str | None = None) -> Feature:
    """Numbers as they are.

    Args:
        name: beginning of the layer's name. Defaults to None, for a name of its own.
    """
    return Feature("float32", TFDIdentity(name=_name(name, "float")), "float")


def rescaled(scale: float = 1.0, offset: float = 0.0, name: str | None = None) -> Feature:
    """Numbers times `scale`, plus `offset`.

    Args:
        scale: the factor. Defaults to 1.
        offset: what is added. Defaults to 0.
        name: beginning of the layer's name. Defaults to None, for a name of its own.
    """
    return Feature("float32", Rescaling(scale, offset, name=_name(name, "float_rescaled")), "float")


def normalized(name: str | None = None) -> Feature:
    """Numbers with mean 0 and variance 1 in the data that the space was adapted to. Needs keras-layers.

    Args:
        name: beginning of the layer's name. Defaults to None, for a name of its own.
    """
    config = {"axis": -1, "name": _name(name, "float_normalized")}
    return Feature("float32", deserialize({"class_name": "Normalization", "config": config}), "float")


def discretized(
    num_bins: int,
    bin_boundaries: Sequence[float] | None = None,
    output_mode: str = "one_hot",
    name: str | None = None,
) -> Feature:
    """Numbers as the bin that they fall into.

    Args:
        num_bins: number of bins.
        bin_boundaries: the boundaries between them, one fewer; None lets `adapt` find them. Defaults to None.
        output_mode: "one_hot" or "int". Defaults to "one_hot".
        name: beginning of the layer's name. Defaults to None, for a name of its own.

    Raises:
        ValueError: for boundaries that make another number of bins.
    """
    options: dict[str, Any] = {"num_bins": num_bins}
    if bin_boundaries is not None:
        options = {"bin_boundaries": bin_boundaries}
        if len(bin_boundaries) + 1 != num_bins:
            raise ValueError(
                f"FeatureSpace.float_discretized(): {len(bin_boundaries)} bin_boundaries make "
                f"{len(bin_boundaries) + 1} bins, and num_bins is {num_bins}."
            )
    return Feature("float32", Discretization(**options, name=_name(name, "float_discretized")), output_mode)


def integers(
    max_tokens: int | None = None, num_oov_indices: int = 1, output_mode: str = "one_hot", name: str | None = None
) -> Feature:
    """Integers as the index of each among those that `adapt` has found.

    Args:
        max_tokens: the most indices there are. Defaults to None, for any number.
        num_oov_indices: how many indices unknown integers share. Defaults to 1.
        output_mode: "one_hot" or "int". Defaults to "one_hot".
        name: beginning of the layer's name. Defaults to None, for a name of its own.
    """
    layer = IntegerLookup(max_tokens, num_oov_indices, name=_name(name, "integer_categorical"))
    return Feature("int32", layer, output_mode)


def strings(
    max_tokens: int | None = None, num_oov_indices: int = 1, output_mode: str = "one_hot", name: str | None = None
) -> Feature:
    """Strings as the index of each among those that `adapt` has found.

    Args:
        max_tokens: the most indices there are. Defaults to None, for any number.
        num_oov_indices: how many indices unknown strings share. Defaults to 1.
        output_mode: "one_hot" or "int". Defaults to "one_hot".
        name: beginning of the layer's name. Defaults to None, for a name of its own.
    """
    layer = StringLookup(max_tokens, num_oov_indices, name=_name(name, "string_categorical"))
    return Feature("string", layer, output_mode)


def hashed_strings(num_bins: int, output_mode: str = "one_hot", name: str | None = None) -> Feature:
    """Strings as a bucket, which their hash says.

    Args:
        num_bins: number of buckets.
        output_mode: "one_hot" or "int". Defaults to "one_hot".
        name: beginning of the layer's name. Defaults to None, for a name of its own.
    """
    return Feature("string", Hashing(num_bins, name=_name(name, "string_hashed")), output_mode)


def hashed_integers(num_bins: int, output_mode: str = "one_hot", name: str | None = None) -> Feature:
    """Integers as a bucket, which their hash says.

    Args:
        num_bins: number of buckets.
        output_mode: "one_hot" or "int". Defaults to "one_hot".
        name: beginning of the layer's name. Defaults to None, for a name of its own.
    """
    return Feature("int32", Hashing(num_bins, name=_name(name, "integer_hashed")), output_mode)


def of_kind(kind: str, name: str, bins: int, buckets: int) -> Feature:
    """The feature that the name of a kind stands for.

    Args:
        kind: the kind.
        name: name of the column.
        bins: number of bins of discretized numbers.
        buckets: number of buckets of hashed values.

    Raises:
        ValueError: for an unknown kind.
    """
    made = {
        "float": lambda: plain(name),
        "float_rescaled": lambda: rescaled(name=name),
        "float_normalized": lambda: normalized(name),
        "float_discretized": lambda: discretized(bins, name=name),
        "integer_categorical": lambda: integers(name=name),
        "string_categorical": lambda: strings(name=name),
        "string_hashed": lambda: hashed_strings(buckets, name=name),
        "integer_hashed": lambda: hashed_integers(buckets, name=name),
    }
    if kind not in made:
        raise ValueError(f"FeatureSpace: feature {name!r} must be a Feature or one of {list(made)}, got {kind!r}.")
    return made[kind]()


def _name(name: str | None, kind: str) -> str:
    return f"{name or auto_name(kind)}_preprocessor"
