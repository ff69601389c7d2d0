"""Concurrent requests computed together: what arrives while a batch is computed is the next one."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import numpy as np


class Overloaded(Exception):
    """There are as many requests waiting as may."""


class Stopped(Exception):
    """The server stops, and computes no more."""


class Batching:
    """Gathers rows of concurrent callers into batches for a function of arrays.

    Args:
        predict: takes an array of rows and gives an array with as many; it is called in a thread of its own.
        most_rows: rows of the largest batch.
        most_waiting: requests that may wait; more are refused at once, so that waiting stays short.
    """

    def __init__(self, predict, most_rows, most_waiting):
        self._predict, self._most_rows = predict, most_rows
        self._queue = asyncio.Queue(most_waiting)
        self._thread = ThreadPoolExecutor(1)
        self._held = None
        self._stopped = False

    async def __call__(self, rows):
        """The outputs for some rows, as soon as their batch is computed."""
        if self._stopped:
            raise Stopped
        done = asyncio.get_running_loop().create_future()
        try:
            self._queue.put_nowait((rows, done))
        except asyncio.QueueFull:
            raise Overloaded from None
        return await done

    async def run(self):
        """Compute batches until this is cancelled; who waits then gets `Stopped`."""
        batch = []
        try:
            while True:
                batch = await self._next_batch()
                await self._compute(batch)
        finally:
            self._stopped = True
            held = [self._held] if self._held else []
            waiting = [self._queue.get_nowait() for _ in range(self._queue.qsize())]
            for _, done in [*batch, *held, *waiting]:
                if not done.done():
                    done.set_exception(Stopped())
            self._thread.shutdown(wait=False)

    async def _compute(self, batch):
        try:
            rows = np.concatenate([one for one, _ in batch])
            found = await asyncio.get_running_loop().run_in_executor(self._thread, self._predict, rows)
            parts = np.split(found, np.cumsum([len(one) for one, _ in batch])[:-1])
        except Exception as error:
            for _, done in batch:
                if not done.done():
                    done.set_exception(error)
            return
        for (_, done), part in zip(batch, parts, strict=True):
            if not done.done():  # its caller may have given up
                done.set_result(part)

    async def _next_batch(self):
        """What waits, as far as it fits; whose callers have given up is dropped."""
        first = self._held or await self._queue.get()
        while first[1].done():
            first = await self._queue.get()
        self._held = None
        batch, count = [first], len(first[0])
        while not self._queue.empty():
            one = self._queue.get_nowait()
            if one[1].done():
                continue
            if count + len(one[0]) > self._most_rows:
                self._held = one
                break
            batch.append(one)
            count += len(one[0])
        return batch
