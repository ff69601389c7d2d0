import numpy as np
import pytest
from keras_conformance import Affine, Descent
from keras_core import Input, Sequential, Variable, ops, optimizers
from keras_core.optimizers import LossScaleOptimizer, Optimizer


def number(tensor):
    return float(ops.convert_to_numpy(tensor))


def scaled(scale=4.0, steps=2, inner=None):
    return LossScaleOptimizer(inner or Descent(0.5), initial_scale=scale, dynamic_growth_steps=steps)


def test_gradients_are_divided_by_the_scale():
    w, optimizer = Variable([1.0, 2.0]), scaled()
    optimizer.apply([[4.0, 8.0]], [w])
    assert w.numpy().tolist() == [0.5, 1.0]
    assert number(optimizer.scale_loss(3.0)) == 12.0


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
def test_a_step_that_overflows_changes_nothing_but_the_scale(bad):
    w, b, optimizer = Variable([1.0, 2.0]), Variable(3.0), scaled()
    optimizer.apply([[1.0, 1.0], 1.0], [w, b])
    before = [v.numpy() for v in [w, b, *optimizer.inner_optimizer.variables]]
    optimizer.apply([[bad, 1.0], 1.0], [w, b])
    for v, old in zip([w, b, *optimizer.inner_optimizer.variables], before, strict=True):
        np.testing.assert_array_equal(v.numpy(), old)
    assert (number(optimizer.dynamic_scale), int(optimizer.step_counter)) == (2.0, 0)
    assert int(optimizer.iterations) == 1


def test_the_scale_grows_after_finite_steps_in_a_row():
    w, optimizer = Variable(0.0), scaled(steps=3)
    seen = []
    for gradient in (1.0, 1.0, np.nan, 1.0, 1.0, 1.0, 1.0):
        optimizer.apply([gradient], [w])
        seen.append((number(optimizer.dynamic_scale), int(optimizer.step_counter)))
    assert seen == [(4.0, 1), (4.0, 2), (2.0, 0), (2.0, 1), (2.0, 2), (4.0, 0), (4.0, 1)]


def test_the_scale_stays_in_the_range_of_float32():
    w, optimizer = Variable(0.0), scaled(scale=2.0**126, steps=1)
    optimizer.apply([0.0], [w])
    assert number(optimizer.dynamic_scale) == 2.0**126
    low = scaled(scale=2.0**-30)
    low.apply([np.inf], [w])
    assert number(low.dynamic_scale) == 2.0**-30


def test_a_fixed_factor_of_the_inner_optimizer_still_counts():
    w, optimizer = Variable(1.0), scaled(inner=Descent(0.5, loss_scale_factor=8.0))
    assert number(optimizer.scale_loss(1.0)) == 32.0
    optimizer.apply([32.0], [w])
    assert number(w.value) == 0.5


def test_an_overflow_is_left_out_of_an_accumulation(needs_train):
    w, optimizer = Variable(1.0), scaled(steps=100, inner=Descent(0.5, gradient_accumulation_steps=2))
    seen = []
    for gradient in (4.0, np.nan, 6.0):  # 4 / 4, left out, 6 / 2
        optimizer.apply([ops.convert_to_tensor(gradient, "float32")], [w])
        seen.append(number(w.value))
    assert seen == [1.0, 1.0, 0.0]


def test_rate_and_counter_are_the_inner_ones():
    optimizer = scaled()
    optimizer.learning_rate = 0.25
    assert number(optimizer.inner_optimizer.learning_rate) == number(optimizer.lr) == 0.25
    assert optimizer.iterations is optimizer.inner_optimizer.iterations


def test_variables_are_in_the_order_of_files():
    optimizer = scaled()
    optimizer.name = "outer"
    optimizer.build([Variable([1.0, 2.0], name="kernel")])
    assert [v.path.split("/")[1] for v in optimizer.variables] == [
        *("iteration", "learning_rate", "step_counter", "dynamic_scale"),
        *("iteration", "learning_rate", "kernel_velocity"),
    ]
    assert [v.dtype for v in optimizer.variables[2:4]] == ["int64", "float32"]


def test_state_saved_without_a_scale_is_taken_too():
    w, inner, optimizer = Variable([1.0, 2.0]), Descent(0.5), scaled()
    inner.apply([ops.ones(2)], [w])
    optimizer.build([w])
    store = {}
    inner.save_own_variables(store)
    optimizer.load_own_variables(store)
    assert int(optimizer.iterations) == 1
    np.testing.assert_array_equal(optimizer.inner_optimizer.velocities[0].numpy(), [-0.5, -0.5])
    assert number(optimizer.dynamic_scale) == 4.0


def test_config():
    optimizer = LossScaleOptimizer(Descent(0.5, name="inner"), 8.0, 10, name="outer")
    config = optimizer.get_config()
    assert {key: config[key] for key in ("name", "initial_scale", "dynamic_growth_steps")} == {
        "name": "outer",
        "initial_scale": 8.0,
        "dynamic_growth_steps": 10,
    }
    again = LossScaleOptimizer.from_config(config, {"Descent": Descent})
    assert again.get_config() == config
    assert isinstance(optimizers.deserialize(optimizers.serialize(optimizer), {"Descent": Descent}), LossScaleOptimizer)


def test_wrong_arguments_are_refused():
    with pytest.raises(ValueError, match="does not take learning_rate: give them to the inner"):
        LossScaleOptimizer(Descent(0.5), learning_rate=0.1)
    with pytest.raises(ValueError, match="needs another optimizer inside"):
        LossScaleOptimizer(scaled())
    with pytest.raises(ValueError, match="needs another optimizer inside, got None"):
        LossScaleOptimizer(None)


def test_compile_puts_it_around_the_optimizer_of_a_mixed_model():
    def compiled(policy, optimizer, **arguments):
        model = Sequential([Input((3,)), Affine(1)], name="model")
        model.dtype_policy = policy
        model.compile(optimizer, "mse", **arguments)
        return model

    plain = Optimizer(0.1)
    found = compiled("mixed_float16", plain).optimizer
    assert isinstance(found, LossScaleOptimizer) and found.inner_optimizer is plain
    own = scaled()
    assert compiled("mixed_float16", own).optimizer is own
    assert compiled("mixed_float16", plain, auto_scale_loss=False).optimizer is plain
    for policy in ("mixed_bfloat16", "float16", "float32"):
        assert compiled(policy, plain).optimizer is plain
