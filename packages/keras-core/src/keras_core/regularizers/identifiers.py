"""Regularizers by name, and back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from keras_core.identifiers import identifiers
from keras_core.regularizers.norm import l1_l2
from keras_core.typing import Tensor

RegularizerIdentifier: TypeAlias = Callable[[Tensor], Tensor] | str | Mapping[str, Any] | None
"""What may stand for a regularizer: a regularizer or another function of a weight, a name or a config."""

get, serialize, deserialize = identifiers(
    "regularizer",
    __name__,
    example="""
>>> from keras_core import regularizers
>>> regularizers.get("l2").l2
0.01
""",
    notes='None stays None; "l1_l2" has the factors 0.01 of Keras 2.',
    defaults={"l1_l2": l1_l2},
)
