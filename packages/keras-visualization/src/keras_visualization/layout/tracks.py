"""Which track between two layers each horizontal piece of an arrow runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_SAME = 0.5


class Net(NamedTuple):
    """What leads from one place above to some below.

    Attributes:
        start: its place above.
        ends: its places below.
    """

    start: float
    ends: tuple[float, ...]

    @property
    def is_straight(self) -> bool:
        """Whether it needs no track."""
        return all(abs(end - self.start) < _SAME for end in self.ends)

    @property
    def extent(self) -> tuple[float, float]:
        """From where to where it runs on its track."""
        return min(self.start, *self.ends), max(self.start, *self.ends)


def tracks(nets: Sequence[Net]) -> list[int]:
    """The track of each net, from 0 at the top, so that pieces of two nets never lie on each other.

    Nets that share a track do not meet. One that comes from above a place to which another leads turns off before that
    one arrives; where two want that of each other, one of them does.

    Args:
        nets: all that cross the gap between two layers.
    """
    bent = [i for i, net in enumerate(nets) if not net.is_straight]
    before: dict[int, set[int]] = {i: set() for i in bent}
    for i in bent:
        for j in bent:
            if i != j and any(abs(nets[i].start - end) < _SAME for end in nets[j].ends):
                before[j].add(i)
    found = [0] * len(nets)
    taken: list[list[tuple[float, float]]] = []
    waiting = sorted(bent, key=lambda i: nets[i].extent)
    placed: set[int] = set()
    while waiting:
        i = next((one for one in waiting if before[one] <= placed), waiting[0])
        waiting.remove(i)
        placed.add(i)
        low, high = nets[i].extent
        track = max((found[j] + 1 for j in before[i] if j in placed), default=0)
        while track < len(taken) and any(low <= b + _SAME and a <= high + _SAME for a, b in taken[track]):
            track += 1
        taken += [[] for _ in range(track + 1 - len(taken))]
        taken[track].append((low, high))
        found[i] = track
    return found
