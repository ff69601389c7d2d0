import math

import numpy as np
import pytest
from keras_conformance import OptimizerContract
from keras_core import Variable
from keras_optimizers import Nadam


class TestNadam(OptimizerContract):
    optimizer = Nadam
    cases = [{}, {"beta_1": 0.5, "beta_2": 0.6, "epsilon": 0.1, "learning_rate": 0.1}]

    def slots(self, **_):
        pairs = [f"{variable}_{name}" for variable in ("kernel", "bias") for name in ("momentum", "velocity")]
        return [*pairs, "momentum_product"]

    def reference(self, w, g, state, t, learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
        now, following = (beta_1 * (1 - 0.5 * 0.96**k) for k in (t, t + 1))
        product = state["product"] = state.get("product", 1.0) * now
        m = state["m"] = beta_1 * state.get("m", 0.0) + (1 - beta_1) * g
        v = state["v"] = beta_2 * state.get("v", 0.0) + (1 - beta_2) * g**2
        mean = following * m / (1 - product * following) + (1 - now) * g / (1 - product)
        return w - learning_rate * mean / (np.sqrt(v / (1 - beta_2**t)) + epsilon)


@pytest.mark.parametrize("steps", [1, 3, 40])
def test_the_product_of_momenta_follows_from_the_number_of_steps(steps):
    """Keras 2's files do not have it: read from one, the optimizer goes on as if nothing had been."""
    w = Variable([1.0, 2.0])
    optimizer = Nadam(0.1)
    for _ in range(steps):
        optimizer.apply([[1.0, -1.0]], [w])
    kept = [v.numpy() for v in optimizer.variables if v.name != "momentum_product"]
    store = {str(index): array for index, array in enumerate(kept)}
    copied, other = Variable(w.numpy()), Nadam(0.1)
    other.build([copied])
    other.load_own_variables(store)
    by_hand = np.prod([0.9 * (1 - 0.5 * 0.96**k) for k in range(1, steps + 1)])
    product = next(v for v in other.variables if v.name == "momentum_product")
    np.testing.assert_allclose(product.numpy(), by_hand, rtol=1e-6)
    for one, variable in ((optimizer, w), (other, copied)):
        one.apply([[0.5, 0.5]], [variable])
    np.testing.assert_allclose(copied.numpy(), w.numpy(), rtol=1e-6)


def test_a_store_with_the_product_is_taken_as_it_is():
    w, optimizer = Variable([1.0]), Nadam(0.1)
    optimizer.build([w])
    store = {str(i): np.full(v.shape, 0.25, v.dtype) for i, v in enumerate(optimizer.variables)}
    optimizer.load_own_variables(store)
    assert float(next(v for v in optimizer.variables if v.name == "momentum_product").numpy()) == 0.25


@pytest.mark.parametrize("beta", [0.9, 0.999, 1 - 1e-12])
def test_the_product_of_momenta_after_any_number_of_steps(beta):
    optimizer = Nadam(beta_1=beta)
    for steps in (0, 1, 999, 1000, 1001, 3000):
        factors = [beta * (1 - 0.5 * 0.96**step) for step in range(1, steps + 1)]
        assert optimizer._product_after(steps) == pytest.approx(math.prod(factors), rel=1e-9)
    assert 0 <= optimizer._product_after(10**18) < 1e-3  # at once
