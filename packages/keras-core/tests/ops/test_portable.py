"""The portable generator: the paper's known answers, and distributions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from keras_core import config, ops, random, stage
from keras_core.config import settings
from keras_core.ops.portable import threefry


@pytest.fixture(autouse=True)
def portable(monkeypatch):
    monkeypatch.setitem(settings._settings, "rng", "portable")


def words(*values):
    return np.array(values, "uint32").view("int32")


# Random123's kat_vectors for threefry2x32 with 20 rounds: counter, key, result
KNOWN = [
    ((0, 0), (0, 0), (0x6B200159, 0x99BA4EFE)),
    ((0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0xFFFFFFFF), (0x1CB996FC, 0xBB002BE7)),
    ((0x243F6A88, 0x85A308D3), (0x13198A2E, 0x03707344), (0xC4923A9C, 0x483DF7A0)),
]


@pytest.mark.parametrize("staged", [False, True])
def test_threefry_gives_the_known_answers(staged):
    counters, keys, results = (tuple(words(*part) for part in zip(*column)) for column in zip(*KNOWN))

    def run(*parts):
        return threefry(parts[:2], parts[2:])

    found = (stage(run, []) if staged else run)(*keys, *counters)
    for have, want in zip(found, results, strict=True):
        np.testing.assert_array_equal(ops.convert_to_numpy(have), want)


def by_hand(seed, count):
    """Threefry in NumPy's uint32: two words for each of `count` counters."""
    rotations = (13, 15, 26, 6, 17, 29, 16, 24)
    key = [np.uint32(seed), np.uint32(0)]
    key.append(np.uint32(0x1BD11BDA) ^ key[0] ^ key[1])
    x, y = np.arange(count, dtype="uint32") + key[0], np.zeros(count, "uint32") + key[1]
    for i in range(20):
        x = x + y
        y = (y << np.uint32(rotations[i % 8])) | (y >> np.uint32(32 - rotations[i % 8]))
        y = y ^ x
        if i % 4 == 3:
            group = i // 4 + 1
            x, y = x + key[group % 3], y + key[(group + 1) % 3] + np.uint32(group)
    return x, y


def test_uniform_is_the_high_bits_of_the_words():
    first, second = by_hand(41, 4)
    expected = (np.concatenate([first, second])[:7] >> np.uint32(8)).astype("float32") / np.float32(2**24)
    np.testing.assert_array_equal(ops.convert_to_numpy(random.uniform((7,), seed=41)), expected)


def test_normal_is_box_and_mullers():
    first, second = by_hand(6, 5)
    u, v = (word.astype("float64") // 256 / 2**24 for word in (first, second))
    expected = np.sqrt(-2 * np.log(1 - u)) * np.cos(2 * np.pi * v) * 3 + 1
    np.testing.assert_allclose(
        ops.convert_to_numpy(random.normal((5,), 1.0, 3.0, seed=6)), expected, rtol=1e-4, atol=1e-5
    )


def test_distributions():
    count = 40000
    uniform = ops.convert_to_numpy(random.uniform((count,), 2.0, 4.0, seed=1))
    assert uniform.min() >= 2 and uniform.max() < 4
    assert abs(uniform.mean() - 3) < 4 * math.sqrt(1 / 3 / count)
    normal = ops.convert_to_numpy(random.normal((count,), seed=2))
    assert abs(normal.mean()) < 4 / math.sqrt(count)
    assert abs(normal.std() - 1) < 4 / math.sqrt(2 * count)
    drawn = ops.convert_to_numpy(random.randint((count,), -3, 4, seed=3))
    counts = np.bincount(drawn + 3)
    assert len(counts) == 7 and np.abs(counts - count / 7).max() < 5 * math.sqrt(count / 7)
    cut = ops.convert_to_numpy(random.truncated_normal((count,), seed=4))
    assert np.abs(cut).max() <= 2.0001 and abs(cut.std() - 0.8796) < 0.01


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32"])
def test_one_is_never_drawn(dtype):
    drawn = ops.convert_to_numpy(random.uniform((20000,), dtype=dtype, seed=5)).astype("float32")
    assert drawn.min() >= 0 and drawn.max() < 1
    assert abs(drawn.mean() - 0.5) < 0.02


def test_keys_differ_by_seed_and_counter():
    generator = random.SeedGenerator(7)
    draws = [ops.convert_to_numpy(random.uniform((64,), seed=s)) for s in (generator, generator, 8)]
    again = ops.convert_to_numpy(random.uniform((64,), seed=random.SeedGenerator(7)))
    np.testing.assert_array_equal(draws[0], again)
    for a, b in ((0, 1), (0, 2), (1, 2)):
        assert len(np.intersect1d(draws[a], draws[b])) < 4


def test_shapes_known_only_while_it_runs():
    def noise(x):
        return random.uniform(ops.shape(x), seed=3)

    from keras_core.backend import active
    from keras_core.staging.staged import Staged

    program = Staged(noise, [], active(), relax_batch=True)
    for rows in (2, 5):
        found = ops.convert_to_numpy(program(np.zeros((rows, 3), "float32")))
        np.testing.assert_array_equal(found, ops.convert_to_numpy(random.uniform((rows, 3), seed=3)))


def test_a_program_made_before_the_choice_is_made_anew():
    program = stage(lambda: random.uniform((4,), seed=3), [])
    chosen = ops.convert_to_numpy(program())
    config.set_rng("native")
    native = ops.convert_to_numpy(program())
    config.set_rng("portable")
    np.testing.assert_array_equal(ops.convert_to_numpy(program()), chosen)
    assert not np.array_equal(native, chosen)


def test_too_many_ints_are_refused():
    with pytest.raises(ValueError, match="portable"):
        random.randint((2,), -(2**31), 2**31 - 1, dtype="int32", seed=1)


def test_an_unknown_generator_is_refused():
    with pytest.raises(ValueError, match="native, portable"):
        config.set_rng("mersenne")
