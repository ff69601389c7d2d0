"""Initial values: their distributions, shapes, seeds and names.

Covers: fixed.py, identifiers.py, initializer.py, orthogonal_matrix.py, random_draws.py, variance.py
"""

import numpy as np
import pytest
from keras_core import initializers
from keras_core.initializers.variance import fans

RANDOM = {
    "RandomNormal": initializers.RandomNormal,
    "TruncatedNormal": initializers.TruncatedNormal,
    "RandomUniform": initializers.RandomUniform,
    "Orthogonal": initializers.Orthogonal,
    "VarianceScaling": initializers.VarianceScaling,
    "GlorotUniform": initializers.GlorotUniform,
    "GlorotNormal": initializers.GlorotNormal,
    "HeUniform": initializers.HeUniform,
    "HeNormal": initializers.HeNormal,
    "LecunUniform": initializers.LecunUniform,
    "LecunNormal": initializers.LecunNormal,
}


@pytest.mark.parametrize("name", RANDOM)
@pytest.mark.parametrize("dtype", ["float32", "float64", "float16", "bfloat16"])
def test_one_seed_gives_the_same_values_always(name, dtype):
    first, second = RANDOM[name](seed=3), RANDOM[name](seed=3)
    value = first((4, 6), dtype)
    assert isinstance(value, np.ndarray)
    assert value.shape == (4, 6)
    assert value.dtype.name == dtype
    assert (value == first((4, 6), dtype)).all()
    assert (value == second((4, 6), dtype)).all()
    assert (value != RANDOM[name](seed=4)((4, 6), dtype)).any()


@pytest.mark.parametrize("name", RANDOM)
def test_one_seed_gives_the_same_values_in_every_dtype(name):
    double = RANDOM[name](seed=3)((5, 3), "float64")
    for dtype in ("float32", "float16"):
        np.testing.assert_array_equal(RANDOM[name](seed=3)((5, 3), dtype), double.astype(dtype))


def test_scalars():
    assert initializers.RandomNormal(seed=0)(()).shape == ()
    assert initializers.TruncatedNormal(seed=0)(()).shape == ()
    assert initializers.GlorotUniform(seed=0)([2, 3]).shape == (2, 3)


def test_without_a_seed_values_follow_the_global_stream():
    from keras_core.random import set_random_seed

    def draw():
        set_random_seed(11)
        return initializers.HeNormal()((3, 3)), initializers.HeNormal()((3, 3))

    (a, b), (c, d) = draw(), draw()
    assert (a == c).all()
    assert (b == d).all()
    assert (a != b).any()


def test_a_seed_generator_gives_other_values_at_every_call():
    from keras_core.random import SeedGenerator

    init = initializers.RandomNormal(seed=SeedGenerator(5))
    again = initializers.RandomNormal(seed=SeedGenerator(5))
    first, second = init((4,)), init((4,))
    assert (first != second).any()
    assert (first == again((4,))).all()


def test_moments_of_plain_distributions():
    normal = initializers.RandomNormal(1.0, 0.5, seed=0)((200, 200))
    assert normal.mean() == pytest.approx(1.0, abs=0.01)
    assert normal.std() == pytest.approx(0.5, abs=0.01)
    uniform = initializers.RandomUniform(-2.0, 1.0, seed=0)((200, 200))
    assert uniform.min() >= -2.0
    assert uniform.max() < 1.0
    assert uniform.mean() == pytest.approx(-0.5, abs=0.02)
    assert uniform.std() == pytest.approx(3 / np.sqrt(12), abs=0.02)
    cut = initializers.TruncatedNormal(0.0, 0.5, seed=0)((200, 200))
    assert np.abs(cut).max() <= 1.0
    assert cut.std() == pytest.approx(0.5 * 0.8796, abs=0.01)


def test_random_uniform_of_integers():
    values = initializers.RandomUniform(0, 5, seed=0)((100,), "int32")
    assert values.dtype == np.int32
    assert set(values.tolist()) == {0, 1, 2, 3, 4}


@pytest.mark.parametrize(
    ("init", "variance"),
    [
        (initializers.GlorotUniform, 2 / 700),
        (initializers.GlorotNormal, 2 / 700),
        (initializers.HeUniform, 2 / 300),
        (initializers.HeNormal, 2 / 300),
        (initializers.LecunUniform, 1 / 300),
        (initializers.LecunNormal, 1 / 300),
    ],
)
def test_variance_of_presets(init, variance):
    values = init(seed=1)((300, 400))
    assert values.mean() == pytest.approx(0, abs=3 * np.sqrt(variance / values.size))
    assert values.var() == pytest.approx(variance, rel=0.02)


@pytest.mark.parametrize("distribution", ["normal", "truncated_normal", "untruncated_normal", "uniform"])
@pytest.mark.parametrize(("mode", "n"), [("fan_in", 300), ("fan_out", 400), ("fan_avg", 350)])
def test_variance_scaling(distribution, mode, n):
    values = initializers.VarianceScaling(3.0, mode, distribution, seed=2)((300, 400))
    assert values.var() == pytest.approx(3 / n, rel=0.02)


def test_glorot_uniform_keeps_its_limit():
    values = initializers.GlorotUniform(seed=0)((30, 20))
    assert np.abs(values).max() <= np.sqrt(6 / 50)
    assert np.abs(values).max() > 0.95 * np.sqrt(6 / 50)


@pytest.mark.parametrize(
    ("shape", "expected"),
    [((), (1, 1)), ((7,), (7, 7)), ((3, 5), (3, 5)), ((3, 3, 16, 32), (144, 288)), ((5, 4, 2), (20, 10))],
)
def test_fans(shape, expected):
    assert fans(shape) == expected


def test_fans_of_named_axes():
    assert fans((10, 4, 5), 0, (1, 2)) == (10, 20)
    assert fans((7, 3, 4), input_axes=-2, output_axes=-1) == (21, 28)
    value = initializers.GlorotUniform(seed=1, input_axes=(0,), output_axes=(1, 2))((10, 40, 5))
    assert np.abs(value).max() == pytest.approx(np.sqrt(6 / 210), rel=0.01)


@pytest.mark.parametrize("shape", [(4, 4), (3, 7), (7, 3), (2, 3, 4)])
def test_orthogonal(shape):
    value = initializers.Orthogonal(gain=2.0, seed=0)(shape).reshape(-1, shape[-1])
    small = value if value.shape[0] <= value.shape[1] else value.T
    np.testing.assert_allclose(small @ small.T, 4 * np.eye(len(small)), atol=1e-5)


def test_fixed_values():
    assert initializers.Zeros()((2, 3), "int32").tolist() == [[0] * 3] * 2
    assert initializers.Ones()((2,)).dtype == np.float32
    assert initializers.Constant(2.5)((2,)).tolist() == [2.5, 2.5]
    assert initializers.Constant([1.0, 2.0])((3, 2))[2].tolist() == [1.0, 2.0]
    np.testing.assert_array_equal(initializers.Identity(3.0)((2, 3)), 3.0 * np.eye(2, 3))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: initializers.Identity()((2, 2, 2)), "2, 2, 2"),
        (lambda: initializers.Orthogonal()((3,)), "rank 2"),
        (lambda: initializers.VarianceScaling(scale=-1.0), "positive"),
        (lambda: initializers.VarianceScaling(mode="fan_of"), "fan_in"),
        (lambda: initializers.VarianceScaling(distribution="gamma"), "uniform"),
        (lambda: initializers.HeNormal(input_axes=0), "output_axes"),
        (lambda: initializers.get("glorot_unifrom"), "glorot_uniform"),
        (lambda: initializers.get("fans"), "[Uu]nknown"),
    ],
)
def test_errors_say_what_was_wrong(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("normal", "RandomNormal"),
        ("random_normal", "RandomNormal"),
        ("uniform", "RandomUniform"),
        ("random_uniform", "RandomUniform"),
        ("truncated_normal", "TruncatedNormal"),
        ("one", "Ones"),
        ("ones", "Ones"),
        ("zero", "Zeros"),
        ("zeros", "Zeros"),
        ("constant", "Constant"),
        ("identity", "Identity"),
        ("IdentityInitializer", "Identity"),
        ("orthogonal", "Orthogonal"),
        ("OrthogonalInitializer", "Orthogonal"),
        ("variance_scaling", "VarianceScaling"),
        ("glorot_uniform", "GlorotUniform"),
        ("glorot_normal", "GlorotNormal"),
        ("he_uniform", "HeUniform"),
        ("he_normal", "HeNormal"),
        ("lecun_uniform", "LecunUniform"),
        ("lecun_normal", "LecunNormal"),
    ],
)
def test_names_of_both_apis(name, expected):
    assert type(initializers.get(name)).__name__ == expected


@pytest.mark.parametrize("init", [*RANDOM.values(), initializers.Zeros, initializers.Constant, initializers.Identity])
def test_config_gives_an_equal_one(init):
    first = init(seed=9) if init in RANDOM.values() else init()
    for second in (
        type(first).from_config(first.get_config()),
        initializers.deserialize(initializers.serialize(first)),
        first.clone(),
    ):
        assert type(second) is type(first)
        assert second.get_config() == first.get_config()
        assert (second((3, 4)) == first((3, 4))).all()


def test_clone_of_an_unseeded_one_draws_other_values():
    first = initializers.HeNormal()
    assert (first((9,)) == first((9,))).all()
    assert (first.clone()((9,)) != first((9,))).any()


def test_keras_2_config():
    config = {
        "class_name": "VarianceScaling",
        "config": {"scale": 1.0, "mode": "fan_avg", "distribution": "uniform", "seed": None},
    }
    init = initializers.deserialize(config)
    assert (init.mode, init.distribution) == ("fan_avg", "uniform")


def test_functions_are_initializers_too():
    def ramp(shape, dtype=None):
        return np.arange(shape[0], dtype=dtype)

    assert initializers.get(ramp) is ramp
    assert initializers.get(None) is None
