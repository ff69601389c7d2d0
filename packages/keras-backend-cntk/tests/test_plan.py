"""Who computes what."""

from keras_backend_cntk.plan import Plan
from keras_backend_cntk.tasks import Flattener, Symbol
from keras_core import Spec, export_graph, gradients, ops


def plan_of(fn, *specs):
    graph = export_graph(fn, list(specs), capabilities=["static-shapes"])
    tasks = []
    results = Flattener().graph(graph, [Symbol(one.shape, one.dtype) for one in specs], {}, tasks.append)
    return Plan(tasks, results)


def test_floats_are_cntks_and_integers_numpys():
    plan = plan_of(lambda x, n: (ops.exp(x) * 2, n + 1), Spec((3,)), Spec((3,), "int32"))
    assert [(phase.remote, [task.op for task in phase.tasks]) for phase in plan.phases] == [
        (False, ["add"]),
        (True, ["exp", "multiply"]),
    ]


def test_a_step_is_one_call_of_the_worker():
    def step(x, w, n):
        rate = 0.1 / ops.cast(n + 1, "float32")
        loss, (slope,) = gradients(lambda v: ops.mean(ops.square(ops.matmul(x, v))), [w])
        return w - rate * slope, loss, n + 1

    plan = plan_of(step, Spec((4, 3)), Spec((3, 2)), Spec((), "int32"))
    assert [phase.remote for phase in plan.phases] == [False, True, False]
    assert "gradients" in [task.op for task in plan.phases[1].tasks]
    assert [task.op for task in plan.phases[2].tasks] == ["multiply", "subtract"]


def test_updates_are_cntks_where_something_of_its_follows():
    def step(x, w):
        _, (slope,) = gradients(lambda v: ops.mean(ops.square(ops.matmul(x, v))), [w])
        scaled = 2.0 * slope
        return ops.matmul(x, scaled + w), 3.0 * slope + w

    plan = plan_of(step, Spec((4, 3)), Spec((3, 2)))
    assert [(phase.remote, [task.op for task in phase.tasks]) for phase in plan.phases] == [
        (True, ["gradients", "multiply", "add", "matmul"]),
        (False, ["multiply", "add"]),
    ]


def test_what_cntk_has_not_is_numpys_in_between():
    plan = plan_of(lambda x: ops.exp(ops.cholesky(ops.matmul(x, ops.transpose(x)))), Spec((3, 3)))
    assert [phase.remote for phase in plan.phases] == [True, False, True]


def test_integers_that_floats_would_round_are_numpys():
    def call(x, n):
        place = ops.argmax(x, -1)
        return ops.equal(place, n), ops.where(place > 0, n, n + 1)

    plan = plan_of(call, Spec((3, 4)), Spec((3,), "int32"))
    assert [(phase.remote, [task.op for task in phase.tasks]) for phase in plan.phases] == [
        (False, ["add"]),
        (True, ["argmax", "equal", "less"]),
        (False, ["where"]),
    ]


def test_complex_numbers_stay_here():
    plan = plan_of(lambda x: ops.abs(ops.view_as_complex(x)), Spec((3, 2)))
    assert plan.remote is None
