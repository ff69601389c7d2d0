"""Variables outside of layers."""

import copy
import pickle

import numpy as np
import pytest
from keras_core import Variable, backend, dtypes, initializers, ops, set_random_seed
from keras_core.backend.toolkit import aligned_array
from keras_core.random import SeedGenerator


@pytest.mark.parametrize("dtype, size", [("float32", 24), ("bfloat16", 12), ("int64", 48), ("bool", 6)])
def test_bytes(dtype, size):
    assert Variable(np.zeros((2, 3)), dtype=dtype).nbytes == size


def test_arrays_of_another_byte_order():
    variable = Variable([1.0, 2.0])
    variable.assign(np.array([3, 4], ">f4"))
    assert variable.numpy().tolist() == [3, 4] and variable.numpy().dtype.isnative
    assert Variable(np.array([5, 6], ">f8"), dtype="float32").numpy().tolist() == [5, 6]


def test_assignment():
    v = Variable([1.0, 2.0])
    v.assign_add([1.0, 1.0])
    v.assign_sub(0.5)
    assert v.numpy().tolist() == [1.5, 2.5]
    with pytest.raises(ValueError, match=r"has shape \(2,\) and cannot be assigned a value of shape \(3,\)"):
        v.assign([1.0, 2.0, 3.0])


@pytest.mark.parametrize("used", [False, True], ids=["first value", "other value"])
@pytest.mark.parametrize("dtype", ["float32", "int32", "bool", "bfloat16"])
def test_an_array_that_nothing_else_refers_to(dtype, used):
    given = aligned_array((300, 1000), dtypes.numpy_dtype(dtype))
    given[...] = np.arange(300_000).reshape(300, 1000) % 2
    expected = given.copy()
    v = Variable(np.zeros((300, 1000)), dtype=dtype)
    if used:
        ops.add(v, v)  # which makes the backend's storage
    before = v.value if used else None
    v.adopt(given)
    assert v.dtype == dtype and (v.numpy() == expected).all()
    assert before is None or not np.asarray(backend.to_numpy(before)).any()
    v.assign(np.ones((300, 1000)))
    assert v.numpy().all()


def test_adopted_arrays_are_converted_and_checked():
    v = Variable([[1.0, 2.0], [3.0, 4.0]])
    v.adopt(np.array([[5, 6], [7, 8]]).T)
    assert v.numpy().tolist() == [[5, 7], [6, 8]]
    with pytest.raises(ValueError, match=r"has shape \(2, 2\) and cannot be assigned a value of shape \(2,\)"):
        v.adopt(np.zeros(2, "float32"))
    assert v.numpy().tolist() == [[5, 7], [6, 8]]


def test_an_adopted_array_is_trained_on():
    v = Variable(np.zeros((100, 1000)), dtype="float32")
    ops.add(v, v)
    v.adopt(np.ones((100, 1000), "float32"))
    kept = v.value
    for _ in range(2):
        v.assign_add(np.ones((100, 1000), "float32"))
    assert (v.numpy() == 3).all() and (np.asarray(backend.to_numpy(kept)) == 1).all()


def test_copies_share_nothing():
    v = Variable([1.0, 2.0], name="v")
    v.assign_add(1.0)
    copies = [copy.deepcopy(v), pickle.loads(pickle.dumps(v))]
    v.assign([0.0, 0.0])
    assert [c.numpy().tolist() for c in copies] == [[2, 3], [2, 3]]
    assert [c.name for c in copies] == ["v", "v"]


def test_numbers_and_arrays():
    assert (float(Variable(1.5)), int(Variable(2)), bool(Variable(0)), len(Variable([1, 2]))) == (1.5, 2, False, 2)
    assert np.asarray(Variable([1.0])).tolist() == [1]
    with pytest.raises(TypeError, match="is a scalar and has no length"):
        len(Variable(1.0))


class Counted(initializers.GlorotUniform):
    calls = 0

    def __call__(self, shape, dtype=None, **kwargs):
        Counted.calls += 1
        return super().__call__(shape, dtype)


class TestRandomValuesAreDrawnWhenTheyAreNeeded:
    @pytest.fixture
    def draws(self, monkeypatch):
        """The shapes that were drawn."""
        found = []
        draw = initializers.RandomNormal.__call__

        def counted(self, shape, dtype=None, **kwargs):
            found.append(shape)
            return draw(self, shape, dtype, **kwargs)

        monkeypatch.setattr(initializers.RandomNormal, "__call__", counted)
        return found

    def test_once(self, draws):
        v = Variable(initializers.RandomNormal(seed=3), (2, 3))
        assert (v.shape, v.dtype, v.size, draws) == ((2, 3), "float32", 6, [])
        values = v.numpy(), np.asarray(v), np.asarray(v + 0)
        assert draws == [(2, 3)]
        for value in values:
            np.testing.assert_array_equal(value, initializers.RandomNormal(seed=3)((2, 3), "float32"))

    def test_never_where_a_value_is_assigned(self, draws):
        v = Variable("random_normal", (2,))
        v.assign([1.0, 2.0])
        assert v.numpy().tolist() == [1.0, 2.0] and draws == []

    def test_seeds_are_taken_in_the_order_of_creation(self):
        set_random_seed(5)
        first, second = (Variable("glorot_uniform", (4,)) for _ in range(2))
        late = second.numpy(), first.numpy()
        set_random_seed(5)
        soon = [initializers.GlorotUniform()((4,), "float32") for _ in range(2)]
        np.testing.assert_array_equal(late[::-1], soon)

    def test_a_change_of_the_initializer_comes_too_late(self):
        initializer = initializers.RandomNormal(stddev=1.0, seed=1)
        v = Variable(initializer, (3,))
        initializer.stddev = 100.0
        np.testing.assert_array_equal(v.numpy(), initializers.RandomNormal(stddev=1.0, seed=1)((3,), "float32"))

    def test_copies_have_the_value(self, draws):
        v = Variable("random_normal", (2, 2))
        others = copy.deepcopy(v), pickle.loads(pickle.dumps(v))
        for other in others:
            np.testing.assert_array_equal(other.numpy(), v.numpy())
        assert draws == [(2, 2)]

    def test_at_once_what_users_write(self):
        before = Counted.calls
        Variable(Counted(), (2,))
        assert Counted.calls == before + 1

    def test_at_once_from_a_generator_that_goes_on(self):
        seeds = SeedGenerator(7)
        v = Variable(initializers.RandomNormal(seed=seeds), (2,))
        expected = initializers.RandomNormal(seed=SeedGenerator(7))((2,), "float32")
        seeds.next()
        np.testing.assert_array_equal(v.numpy(), expected)

    def test_errors_of_shapes_are_not_put_off(self):
        with pytest.raises(ValueError, match="fully known shape"):
            Variable("glorot_uniform", (None, 2))
        with pytest.raises(ValueError, match="rank 2 or more"):
            Variable("orthogonal", (3,))
