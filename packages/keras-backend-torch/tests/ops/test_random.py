import numpy as np
import pytest
from keras_backend_torch.framework import torch
from keras_core import ops, stage
from keras_core.random import SeedGenerator

KEY = torch.tensor([3, 5], dtype=torch.uint32)


def test_uniform_numbers_are_those_of_numpys_philox() -> None:
    generator = np.random.Generator(np.random.Philox(key=np.array([3, 5], "uint64")))
    expected = generator.random((4, 2), np.float32)
    np.testing.assert_array_equal(np.asarray(ops.random_uniform((4, 2), 0.0, 1.0, "float32", KEY)), expected)


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_the_upper_bound_is_excluded(dtype: str) -> None:
    drawn = ops.random_uniform((4096,), 1.0, 2.0, dtype, KEY)
    assert ops.convert_to_numpy(drawn).astype("float64").max() < 2 and float(drawn.min()) >= 1


def test_a_recorded_program_draws_anew() -> None:
    generator = SeedGenerator(7)
    start = generator.state.numpy()
    program = stage(lambda: ops.random_normal((3,), 0.0, 1.0, "float32", generator.next()), [generator.state])
    first, second = np.asarray(program()), np.asarray(program())
    assert (first != second).all()
    generator.state.assign(start)
    np.testing.assert_array_equal(np.asarray(program()), first)
