import functools

import numpy as np
import pytest
import torch
from keras_core import Variable, stage
from keras_core.optimizers import NativeOptimizer

RNG = np.random.default_rng(0)
GRADIENTS = [[RNG.normal(size=2).astype("float32"), RNG.normal(size=1).astype("float32")] for _ in range(4)]
MAKERS = {
    "adam": functools.partial(torch.optim.AdamW, lr=0.1, weight_decay=0.1),
    "momentum": functools.partial(torch.optim.SGD, lr=0.1, momentum=0.9, dampening=0.5),
    "adagrad": functools.partial(torch.optim.Adagrad, lr=0.1, initial_accumulator_value=0.2),
}


def variables():
    return [Variable([1.0, 2.0], name="kernel"), Variable([3.0], name="bias")]


def known(optimizer, parameters, gradients):
    for of_step in gradients:
        for parameter, gradient in zip(parameters, of_step, strict=True):
            parameter.grad = torch.tensor(gradient)
        optimizer.step()
    return [parameter.detach().numpy() for parameter in parameters]


def parameters():
    return [torch.nn.Parameter(torch.tensor(v.numpy())) for v in variables()]


@pytest.mark.parametrize("staged", [False, True])
@pytest.mark.parametrize("name", MAKERS)
def test_steps_are_those_of_pytorch(name, staged):
    trained, theirs = variables(), parameters()
    optimizer = NativeOptimizer(MAKERS[name])
    optimizer.build(trained)

    def step(*gradients):
        optimizer.apply(gradients, trained)
        return trained[0].value

    run = stage(step, [*trained, *optimizer.variables]) if staged else step
    for gradients in GRADIENTS:
        run(*map(torch.tensor, gradients))
    for variable, expected in zip(trained, known(MAKERS[name](theirs), theirs, GRADIENTS), strict=True):
        np.testing.assert_allclose(variable.numpy(), expected, rtol=1e-5)


def test_groups_of_an_instance_keep_their_options():
    trained, theirs = variables(), parameters()
    own = [variable.storage.parameter(True) for variable in trained]
    groups = lambda ones: [{"params": [ones[0]], "lr": 0.5}, {"params": [ones[1]]}]
    optimizer = NativeOptimizer(torch.optim.SGD(groups(own), lr=0.1, momentum=0.9))
    for gradients in GRADIENTS:
        optimizer.apply(gradients, trained)
    expected = known(torch.optim.SGD(groups(theirs), lr=0.1, momentum=0.9), theirs, GRADIENTS)
    for variable, value in zip(trained, expected, strict=True):
        np.testing.assert_allclose(variable.numpy(), value, rtol=1e-5)


def test_what_an_instance_was_not_made_for_stays():
    trained = variables()
    optimizer = NativeOptimizer(torch.optim.SGD([trained[0].storage.parameter(True)], lr=0.1))
    optimizer.apply(GRADIENTS[0], trained)
    np.testing.assert_allclose(trained[0].numpy(), [1, 2] - 0.1 * GRADIENTS[0][0], rtol=1e-6)
    np.testing.assert_allclose(trained[1].numpy(), [3])
    with pytest.raises(ValueError, match="SGD was made for other parameters than those of this model"):
        NativeOptimizer(torch.optim.SGD(parameters(), lr=0.1)).build(variables())


def test_state_comes_back_and_the_rate_may_change():
    trained, again = variables(), variables()
    optimizer, other = (NativeOptimizer(MAKERS["adam"]) for _ in range(2))
    for gradients in GRADIENTS[:2]:
        optimizer.apply(gradients, trained)
    other.build(again)
    store = {}
    optimizer.save_own_variables(store)
    other.load_own_variables(store)
    for kept, loaded in zip(trained, again, strict=True):
        loaded.assign(kept.numpy())
    for one, ones in ((optimizer, trained), (other, again)):
        one.learning_rate = 0.02
        for gradients in GRADIENTS[2:]:
            one.apply(gradients, ones)
    theirs = parameters()
    adam = MAKERS["adam"](theirs)
    known(adam, theirs, GRADIENTS[:2])
    adam.param_groups[0]["lr"] = 0.02
    for variable, loaded, value in zip(trained, again, known(adam, theirs, GRADIENTS[2:]), strict=True):
        np.testing.assert_allclose(variable.numpy(), value, rtol=1e-5)
        np.testing.assert_array_equal(variable.numpy(), loaded.numpy())
