"""One program for each kind of arguments and each value of the key."""

from __future__ import annotations

import threading
from typing import Any

from keras_core import config
from keras_core.staging.program_cache import ProgramCache


def maker(made: list[Any]) -> Any:
    def make(variables: list[Any], ops: frozenset[str]) -> Any:
        made.append((variables, ops))
        return (lambda *tensors: list(tensors)), [tuple]

    return make


def test_a_program_is_made_once_for_each_kind_and_key() -> None:
    made: list[Any] = []
    key = [0]
    cache = ProgramCache(lambda: [], lambda: key[0], lambda: frozenset({"add"}))
    first = cache.find("a", maker(made))
    assert cache.find("a", maker(made)) is first and made == [([], frozenset({"add"}))]
    assert cache.find("b", maker(made)) is not first
    key[0] = 1
    assert cache.find("a", maker(made)) is not first and len(cache) == len(made) == 3


def test_another_kind_of_random_numbers_needs_another_program() -> None:
    made: list[Any] = []
    cache = ProgramCache([])
    cache.find("a", maker(made))
    before = config.rng()
    try:
        config.set_rng("portable" if before != "portable" else "native")
        cache.find("a", maker(made))
    finally:
        config.set_rng(before)
    assert len(made) == 2
    cache.clear()
    assert len(cache) == 0


def test_threads_that_ask_at_once_share_one_program() -> None:
    made: list[Any] = []
    cache = ProgramCache([])
    barrier = threading.Barrier(4)
    found: list[Any] = []

    def ask() -> None:
        barrier.wait()
        found.append(cache.find("a", maker(made)))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1 and all(one is found[0] for one in found)
