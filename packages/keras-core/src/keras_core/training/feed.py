"""Feed: what gives the data of the steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np

    from keras_core.training.data import Batch
    from keras_core.training.steps_per_call import Pace


class Feed(Protocol):
    """What gives the data of the steps: arrays on the device or on the host, or a source of batches.

    Attributes:
        steps: how many steps an epoch has; None where that is not known.
        checked: whether the data are checked as a whole before the first step; else every batch is.
    """

    checked: ClassVar[bool]

    @property
    def steps(self) -> int | None: ...

    def calls(self, steps_per_call: Pace, limit: int | None = None) -> Iterator[tuple[np.ndarray | None, Batch]]:
        """For each compiled call the batch, or the indices of several batches' rows and the arrays they index."""
        ...

    def end_epoch(self) -> None:
        """Tell the source of the data that an epoch, an evaluation or a prediction is over."""
        ...
