"""The queue of examples/server: concurrent requests are computed together, and it is bounded."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "examples" / "server"))
import batching as served


def computed(predict, *requests, most_rows=8, most_waiting=10, together=True):
    """What requests get that come at a time, exceptions included."""

    async def run():
        queue = served.Batching(predict, most_rows, most_waiting)
        asked = [asyncio.ensure_future(queue(rows)) for rows in requests]
        if together:
            await asyncio.sleep(0)
        worker = asyncio.create_task(queue.run())
        found = await asyncio.gather(*asked, return_exceptions=True)
        worker.cancel()
        return found

    return asyncio.run(run())


def test_requests_are_computed_together_and_get_their_own_rows():
    sizes = []
    rows = [np.full((n, 2), float(n)) for n in (1, 2, 3)]
    found = computed(lambda x: sizes.append(len(x)) or x * 2, *rows)
    assert sizes == [6] and [one.tolist() for one in found] == [(r * 2).tolist() for r in rows]


def test_batches_are_as_large_as_they_may():
    sizes = []
    computed(lambda x: sizes.append(len(x)) or x, *[np.ones((3, 1))] * 5, most_rows=8)
    assert sizes == [6, 6, 3]


def test_more_than_may_wait_are_refused_at_once():
    found = computed(lambda x: x, *[np.ones((1, 1))] * 5, most_waiting=3)
    assert [isinstance(one, served.Overloaded) for one in found] == [False] * 3 + [True] * 2


def test_an_error_goes_to_those_who_asked():
    def predict(x):
        raise RuntimeError("out of memory")

    found = computed(predict, np.ones((1, 1)), np.ones((1, 1)))
    assert [str(one) for one in found] == ["out of memory"] * 2


def test_who_gives_up_is_not_computed():
    sizes = []

    async def run():
        queue = served.Batching(lambda x: sizes.append(len(x)) or x, 8, 10)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(queue(np.ones((5, 1))), 0.01)
        asked = asyncio.ensure_future(queue(np.ones((1, 1))))
        await asyncio.sleep(0)
        worker = asyncio.create_task(queue.run())
        await asked
        worker.cancel()

    asyncio.run(run())
    assert sizes == [1]


def test_who_waits_when_it_stops_is_told():
    go_on = threading.Event()

    async def run():
        queue = served.Batching(lambda x: go_on.wait(20), 8, 10)
        worker = asyncio.create_task(queue.run())
        asked = [asyncio.ensure_future(queue(np.ones((6, 1)))) for _ in range(3)]  # computed, held back, in the queue
        await asyncio.sleep(0.01)
        worker.cancel()
        await asyncio.wait([worker])
        go_on.set()
        return await asyncio.gather(*asked, queue(np.ones((1, 1))), return_exceptions=True)

    assert [type(one) for one in asyncio.run(run())] == [served.Stopped] * 4


def test_outputs_that_do_not_fit_are_an_error():
    found = computed(lambda x: 7, np.ones((1, 1)))
    assert isinstance(found[0], Exception)
