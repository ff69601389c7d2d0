"""MultiOptimizer and OptimizerMap.

Covers: optimizer_map.py
"""

import numpy as np
import pytest
from keras_core import Variable, optimizers, stage
from keras_optimizers import SGD, Adam, MultiOptimizer, OptimizerMap

GRADIENTS = [[np.array([1.0, -2.0], "float32"), np.array([3.0], "float32")] for _ in range(3)]


def variables():
    return [Variable([1.0, 2.0], name="body"), Variable([3.0], name="head")]


def test_each_variable_follows_its_own_optimizer():
    together, body_alone, head_alone = variables(), variables()[0], variables()[1]
    both = MultiOptimizer(OptimizerMap(Adam(0.1), {"he.d": SGD(0.5, momentum=0.9)}))
    both.build(together)

    def step(*gradients):
        both.apply(gradients, together)
        return together[0].value

    staged = stage(step, [*together, *both.variables])
    adam, sgd = Adam(0.1), SGD(0.5, momentum=0.9)
    for of_body, of_head in GRADIENTS:
        staged(of_body, of_head)
        adam.apply([of_body], [body_alone])
        sgd.apply([of_head], [head_alone])
        both.optimizers[1].learning_rate = sgd.learning_rate = 0.25
    np.testing.assert_allclose(together[0].numpy(), body_alone.numpy(), rtol=1e-6)
    np.testing.assert_allclose(together[1].numpy(), head_alone.numpy(), rtol=1e-6)
    assert int(both.iterations) == int(both.optimizers[0].iterations) == 3
    assert [v.name for v in both.variables] == [
        "iteration",
        *("iteration", "learning_rate", "body_momentum", "body_velocity"),
        *("iteration", "learning_rate", "head_momentum"),
    ]


def test_a_function_chooses():
    made = {name: SGD(rate) for name, rate in (("body", 0.1), ("head", 1.0))}
    optimizer = MultiOptimizer(lambda variable: made[variable.name], loss_scale_factor=2.0)
    body, head = variables()
    optimizer.apply([np.array([2.0, 2.0]), np.array([4.0])], [body, head])
    np.testing.assert_allclose([*body.numpy(), *head.numpy()], [0.9, 1.9, 1.0], rtol=1e-6)
    assert float(optimizer.scale_loss(3.0)) == 6
    assert optimizer.optimizers == [made["body"], made["head"]]


def test_configs_and_state_come_back():
    shared = SGD(0.5, momentum=0.9)
    original = MultiOptimizer(OptimizerMap("adam", {"head": shared, "tail": shared}), name="parts")
    again = optimizers.deserialize(optimizers.serialize(original))
    assert again.get_config() == original.get_config()
    assert again.optimizer_map["head"] is again.optimizer_map["tail"]
    one, other = variables(), variables()
    original.apply(GRADIENTS[0], one)
    store = {}
    original.save_own_variables(store)
    again.build(other)
    again.load_own_variables(store)
    for kept, loaded in zip(one, other, strict=True):
        loaded.assign(kept.numpy())
    for optimizer, ones in ((original, one), (again, other)):
        optimizer.apply(GRADIENTS[1], ones)
    for kept, loaded in zip(one, other, strict=True):
        np.testing.assert_array_equal(kept.numpy(), loaded.numpy())


def test_weight_decay_and_averages_are_those_of_the_parts():
    body, head = variables()
    optimizer = MultiOptimizer(
        OptimizerMap(SGD(0.1, weight_decay=0.5), {"head": SGD(0.1, use_ema=True, ema_momentum=0.5)})
    )
    optimizer.exclude_from_weight_decay(var_names=["head"])
    for _ in range(2):
        optimizer.apply([np.zeros(2, "float32"), np.ones(1, "float32")], [body, head])
    np.testing.assert_allclose(body.numpy(), np.array([1.0, 2.0]) * 0.95**2, rtol=1e-6)
    np.testing.assert_allclose(head.numpy(), [2.8], rtol=1e-6)
    optimizer.finalize_variable_values([body, head])
    np.testing.assert_allclose(head.numpy(), [2.85], rtol=1e-6)


def test_map_finds_paths_before_expressions():
    adam, sgd, default = Adam(), SGD(), SGD()
    chosen = OptimizerMap(default, {"encoder/a/kernel": adam, "encoder/.*": sgd})
    assert chosen["encoder/a/kernel"] is adam
    assert chosen["encoder/b/kernel"] is sgd
    assert chosen["decoder/encoder/x"] is default
    assert chosen.optimizers == [default, adam, sgd]
    assert len(chosen) == 2
    del chosen["encoder/.*"]
    assert list(chosen) == ["encoder/a/kernel"]


def test_wrong_use():
    chosen = OptimizerMap(SGD(), {"a.*": SGD(), ".*a": SGD()})
    with pytest.raises(ValueError, match=r"Several keys of the OptimizerMap match 'aa': \['a\.\*', '\.\*a'\]"):
        chosen["aa"]
    with pytest.raises(TypeError, match="must be a path or a regular expression, got 3"):
        chosen[3] = SGD()
    with pytest.raises(ValueError, match=r"Cannot interpret 0\.1 as an optimizer"):
        chosen["b"] = 0.1
    with pytest.raises(TypeError, match="must be an OptimizerMap or a function of a variable"):
        MultiOptimizer({"a": SGD()})
    with pytest.raises(ValueError, match=r"has a loss_scale_factor\. Give it to MultiOptimizer"):
        MultiOptimizer(OptimizerMap(SGD(loss_scale_factor=2.0)))
    optimizer = MultiOptimizer(lambda variable: None)
    with pytest.raises(TypeError, match="gave None for variable 'body', expected an Optimizer"):
        optimizer.build(variables())
    assert not hasattr(optimizer, "learning_rate")
    with pytest.raises(AttributeError, match="no learning rate of its own"):
        optimizer.learning_rate = 0.1
