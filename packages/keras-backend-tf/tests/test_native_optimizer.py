import numpy as np
import pytest
import tensorflow as tf
from keras_core import Variable, stage
from keras_core.optimizers import NativeOptimizer

RNG = np.random.default_rng(0)
GRADIENTS = [[RNG.normal(size=2).astype("float32"), RNG.normal(size=1).astype("float32")] for _ in range(4)]
FIRST = [np.array([1.0, 2.0], "float32"), np.array([3.0], "float32")]
MAKERS = {
    "adam": lambda: tf.compat.v1.train.AdamOptimizer(0.1),
    "rmsprop": lambda: tf.compat.v1.train.RMSPropOptimizer(0.1, momentum=0.5),
}


def known(optimizer, gradients, variables):
    for of_step in gradients:
        optimizer.apply_gradients(list(zip(map(tf.constant, of_step), variables)))
    return [variable.numpy() for variable in variables]


@pytest.mark.parametrize("name", MAKERS)
def test_steps_in_a_compiled_function_are_those_of_tensorflow(name):
    trained = [Variable(value) for value in FIRST]
    optimizer = NativeOptimizer(MAKERS[name]())
    optimizer.build(trained)

    def step(*gradients):
        optimizer.apply(gradients, trained)
        return trained[0].value

    run = stage(step, [*trained, *optimizer.variables])
    for gradients in GRADIENTS:
        run(*gradients)
    expected = known(MAKERS[name](), GRADIENTS, [tf.Variable(value) for value in FIRST])
    for variable, value in zip(trained, expected, strict=True):
        np.testing.assert_allclose(variable.numpy(), value, rtol=1e-5)


def test_state_comes_back_and_the_rate_may_change():
    original = MAKERS["adam"]()
    optimizer, other = NativeOptimizer(original), NativeOptimizer(original)
    trained, again = ([Variable(value) for value in FIRST] for _ in range(2))
    for gradients in GRADIENTS[:2]:
        optimizer.apply(gradients, trained)
    other.build(again)
    store = {}
    optimizer.save_own_variables(store)
    other.load_own_variables(store)
    for kept, loaded in zip(trained, again, strict=True):
        loaded.assign(kept.numpy())
    for one, ones in ((optimizer, trained), (other, again)):
        one.learning_rate = 0.5
        one.apply(GRADIENTS[2], ones)
    theirs = [tf.Variable(value) for value in FIRST]
    adam = MAKERS["adam"]()
    known(adam, GRADIENTS[:2], theirs)
    adam._lr = 0.5
    for variable, loaded, value in zip(trained, again, known(adam, GRADIENTS[2:3], theirs), strict=True):
        np.testing.assert_allclose(variable.numpy(), value, rtol=1e-5)
        np.testing.assert_array_equal(variable.numpy(), loaded.numpy())
