"""What tests of backends, layers and optimizers need of the core beyond what models are written with.

The conformance kit is written in terms of these names and of the other public modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import keras_core.ops.all_families  # noqa: F401  (fills the table)
from keras_core.ops.op import Op, force_bodies
from keras_core.ops.table import TABLE
from keras_core.staging.staged import StagedBatches, StagedSteps
from keras_core.training.data_budget import limited_data_budget
from keras_core.training.steps_per_call import fixed_steps_per_call

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Op",
    "StagedBatches",
    "StagedSteps",
    "fixed_steps_per_call",
    "force_bodies",
    "limited_data_budget",
    "op_table",
]


def op_table() -> Mapping[str, Op]:
    """Every op by name: what a backend implements, and the bodies of the ops it may leave out.

    Returns:
        A mapping of names to `Op`; the op of a primitive has no `body`.

    Example:
        >>> from keras_core.testing import op_table
        >>> op_table()["matmul"].body is None
        True
    """
    return TABLE
