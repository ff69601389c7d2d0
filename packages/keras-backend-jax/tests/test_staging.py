import threading
import weakref
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from keras_backend_jax import BACKEND, staging
from keras_core import Input, Layer, Spec, Variable, gradients, ops, stage

SIGNATURE = [Spec((3, 2)), Spec((3, 1))]


class Model:
    """A dense layer with momentum, and how often it was traced."""

    def __init__(self) -> None:
        self.w = Variable(np.array([[1.0], [-1.0]], "float32"))
        self.speed = Variable(np.zeros((2, 1), "float32"))
        self.rate = Variable(0.1)
        self.variables = [self.w, self.speed, self.rate]
        self.traced = 0

    def step(self, x: Any, y: Any) -> list[Any]:
        self.traced += 1
        loss, (grad,) = gradients(lambda: ops.mean(ops.square(ops.subtract(ops.matmul(x, self.w), y))), [self.w])
        self.speed.assign(self.speed * 0.9 + grad)
        self.w.assign(self.w - self.rate * self.speed)
        return [loss]


def _numpy_steps(x: np.ndarray, y: np.ndarray, order: np.ndarray) -> tuple[np.ndarray, float]:
    w, speed, loss = np.array([[1.0], [-1.0]]), np.zeros((2, 1)), 0.0
    for rows in order:
        error = x[rows] @ w - y[rows]
        loss = float(np.mean(error**2))
        speed = speed * 0.9 + 2 * x[rows].T @ error / len(rows)
        w = w - 0.1 * speed
    return w, loss


@pytest.fixture
def data() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(12, 2)).astype("float32")
    return x, x @ np.array([[2.0], [3.0]], "float32"), rng.permutation(12).astype("int32").reshape(4, 3)


@pytest.mark.parametrize("ops_seen", [frozenset(), frozenset({"conv"})])
@pytest.mark.parametrize("room", [2**15, 6])
def test_many_steps_follow_numpy(data: Any, ops_seen: frozenset[str], room: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(staging, "_ROOM", room)  # with room for two steps a loop takes two calls
    x, y, order = data
    model = Model()
    steps = BACKEND.stage_steps(model.step, model.variables, SIGNATURE, None, ops_seen)
    (loss,) = steps(order, BACKEND.tensor(x), BACKEND.tensor(y))
    w, expected = _numpy_steps(x, y, order)
    np.testing.assert_allclose(model.w.numpy(), w, rtol=1e-5)
    np.testing.assert_allclose(loss, expected, rtol=1e-4)
    assert model.traced == 1
    steps(order[:1], BACKEND.tensor(x), BACKEND.tensor(y))
    assert model.traced == 1  # another number of steps needs no other program


def _failing(count: list[int], at: int) -> Any:
    """A function of the host that fails at one of its calls."""

    def call(x: np.ndarray) -> np.ndarray:
        count[0] += 1
        if count[0] == at:
            raise RuntimeError("the host has failed")
        return np.asarray(x)

    return call


@pytest.mark.parametrize("ops_seen", [frozenset(), frozenset({"conv"})])
def test_a_failure_on_the_way_keeps_every_variable_as_it_was(data: Any, ops_seen: frozenset[str]) -> None:
    x, y, order = data
    model, count = Model(), [0]
    call = _failing(count, at=6)

    def step(x: Any, y: Any) -> list[Any]:
        given = jax.pure_callback(call, jax.ShapeDtypeStruct(x.shape, x.dtype), x)
        return model.step(given, y)

    steps = BACKEND.stage_steps(step, model.variables, SIGNATURE, None, ops_seen)
    arrays = BACKEND.tensor(x), BACKEND.tensor(y)
    steps(order, *arrays)
    kept = [v.numpy() for v in model.variables]
    with pytest.raises(Exception, match="the host has failed"):
        steps(order, *arrays)
    for variable, value in zip(model.variables, kept, strict=True):
        np.testing.assert_array_equal(variable.numpy(), value)
    steps(order, *arrays)
    assert np.isfinite(model.w.numpy()).all() and not np.array_equal(model.w.numpy(), kept[0])


@pytest.mark.parametrize("place", ["_commit", "replace"])
def test_an_interrupt_before_the_commit_keeps_every_variable(data: Any, place: str, monkeypatch: Any) -> None:
    x, y, order = data
    model = Model()
    steps = BACKEND.stage_steps(model.step, model.variables, SIGNATURE, None, frozenset({"conv"}))

    def interrupted(*given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(staging, place, interrupted)
        steps(order, BACKEND.tensor(x), BACKEND.tensor(y))
    np.testing.assert_array_equal(model.w.numpy(), [[1], [-1]])
    steps(order, BACKEND.tensor(x), BACKEND.tensor(y))
    np.testing.assert_allclose(model.w.numpy(), _numpy_steps(x, y, order)[0], rtol=1e-5)


def test_four_threads_read_while_one_trains(data: Any) -> None:
    """A reader sees the values of whole steps only, and none that was given away."""
    a, b = Variable(np.zeros(500, "float32")), Variable(np.zeros(500, "float32"))

    def grow(x: Any) -> list[Any]:
        a.assign_add(x)
        b.assign_add(x)
        return [ops.sum(a)]

    steps = BACKEND.stage_steps(grow, [a, b], [Spec((500,))], None, frozenset({"conv"}))
    read = stage(lambda: ops.max(ops.abs(a - b)), [])
    snapshot, wrong, done = a.value, [], threading.Event()

    def look() -> None:
        while not done.is_set():
            try:
                if float(read()) != 0:
                    wrong.append("mixed")
            except Exception as error:
                wrong.append(repr(error))

    threads = [threading.Thread(target=look) for _ in range(4)]
    for thread in threads:
        thread.start()
    ones = BACKEND.tensor(np.ones(500, "float32"))
    for _ in range(20):
        steps(np.tile(np.arange(500, dtype="int32"), (5, 1)), ones)
    done.set()
    for thread in threads:
        thread.join()
    assert not wrong
    assert a.numpy()[0] == 100 and not np.asarray(snapshot).any()


def test_variables_outside_the_list_are_read_at_every_call() -> None:
    mine, other = Variable([0.0]), Variable([1.0])

    def add() -> Any:
        mine.assign_add(other)
        return mine.value

    step = stage(add, [mine])
    assert float(step()[0]) == 1
    other.assign([10.0])
    assert float(step()[0]) == 11


def test_a_condition_on_a_variable_is_decided_at_run_time() -> None:
    flag = Variable(True, dtype="bool")
    step = stage(lambda x: ops.cond(flag.value, lambda: x + 1, lambda: x - 1), [])
    assert float(step(np.float32(1))) == 2
    flag.assign(False)
    assert float(step(np.float32(1))) == 0


def test_the_traced_program_holds_no_weights() -> None:
    """Weights are arguments of a program, so that it need not be compiled anew when they change."""
    w = Variable(np.ones((300, 300), "float32"))
    traced: list[Any] = []

    def fn(x: Any) -> Any:
        traced.append(w.value)
        return ops.matmul(x, w)

    step = stage(fn, [])
    step(jnp.ones((2, 300)))
    w.assign(w * 2)
    np.testing.assert_array_equal(step(jnp.ones((2, 300))), np.full((2, 300), 600))
    assert len(traced) == 2 and isinstance(traced[-1], jax.core.Tracer)  # once more, when it was known to be read


class Undecided(Layer):
    """A layer that asks for a value in Python."""

    def call(self, x: Any) -> Any:
        return x if jnp.sum(x) > 0 else -x


def test_a_question_for_a_traced_value_names_the_layer() -> None:
    with pytest.raises(jax.errors.TracerBoolConversionError) as caught:
        Undecided(name="undecided")(Input((3,)))
    assert any("'undecided'" in note for note in caught.value.__notes__)


@pytest.mark.parametrize(("platform", "way"), [("cpu", "_one_by_one"), ("gpu", "_in_a_loop")])
def test_convolutions_run_one_by_one_where_the_processor_computes_them(
    platform: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Place:
        pass

    Place.platform = platform  # type: ignore[attr-defined]
    monkeypatch.setattr(staging.devices, "default", Place)
    monkeypatch.setattr(staging, way, lambda pure, most=None: way)
    assert staging.stage_steps(BACKEND, lambda x: [x], [], frozenset({"conv"})) == way


@pytest.mark.parametrize(("size", "kept"), [(2, True), (2**19, False)])
def test_little_that_was_replaced_is_freed_during_the_next_call(size: int, kept: bool) -> None:
    total = Variable(np.zeros(size, "float32"))

    def add() -> list[Any]:
        total.assign(total.value + 1.0)
        return []

    program = BACKEND.stage(add, [total], [])
    program()
    before = weakref.ref(total.value)
    program()
    assert (before() is not None) is kept
    program()
    assert before() is None
    np.testing.assert_array_equal(total.numpy()[:2], [3, 3])


def test_ctrl_c_while_the_call_that_writes_rows_is_compiled_leaves_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    """The call is compiled for each number of rows, and takes the memory of the tables that it is given."""
    table = Variable(np.zeros((2**17, 16), "float32"))

    def step(places: Any) -> list[Any]:
        table.add_to_rows(places, ops.ones((places.shape[0], 16)))
        return [ops.sum(places)]

    def interrupted(tables: list[Any], *_: Any, **__: Any) -> Any:
        for one in tables:
            one.delete()
        raise KeyboardInterrupt

    run = BACKEND.stage(step, [table], [Spec((None,), "int32")])
    run(np.array([3, 5, 3], "int32"))
    with monkeypatch.context() as patched:
        patched.setattr(staging, "_with_rows", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(np.array([3, 5], "int32"))
    run(np.array([3, 5], "int32"))
    assert table.numpy()[[3, 5, 7], 0].tolist() == [3, 2, 0]
