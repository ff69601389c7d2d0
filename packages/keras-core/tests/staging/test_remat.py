"""What is computed again for a gradient gives the same numbers, and its effects happen once."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_core import (
    Input,
    Layer,
    RematScope,
    Sequential,
    Variable,
    backend,
    gradients,
    ops,
    remat,
    set_random_seed,
    stage,
)
from keras_core.staging.remat import active_remat_scope

X = np.random.default_rng(0).normal(size=(2, 3)).astype("float32")


def differentiated(fn: Any, written: list[Variable], by: list[Variable], staged: bool = False) -> list[np.ndarray]:
    """The sum of squares of what `fn` gives, and its gradients by variables and the input."""

    def step(x: Any) -> Any:
        return gradients(lambda t: ops.sum(fn(t) ** 2), [*by, x])

    x = ops.convert_to_tensor(X)
    loss, found = stage(step, [*written, *by])(x) if staged else step(x)
    return [np.asarray(backend.to_numpy(one)) for one in (loss, *found)]


@pytest.mark.needs_train
@pytest.mark.parametrize("staged", [False, True], ids=["concrete", "staged"])
def test_gradients_are_those_of_the_function_itself(staged: bool) -> None:
    weights = Variable(np.full((3, 3), 0.3, "float32"))
    calls = Variable(0.0, trainable=False)

    def block(x: Any, scale: float = 1.0, *, more: Any = ()) -> Any:
        calls.assign_add(1.0)
        return ops.sin(ops.matmul(ops.tanh(ops.matmul(x, weights)), weights)) * scale + sum(more)

    again = remat(block)
    plain = differentiated(lambda x: block(x, 2.0, more=[x, 1.0]), [calls], [weights])
    found = differentiated(lambda x: again(x, 2.0, more=[x, 1.0]), [calls], [weights], staged)
    assert float(calls.numpy()) == 2
    for one, expected in zip(found, plain, strict=True):
        np.testing.assert_allclose(one, expected, rtol=1e-5)


@pytest.mark.needs_train
def test_how_often_it_runs_says_whether_the_backend_keeps_its_values() -> None:
    """A backend with `remat` runs the function to look at it, for its values, and for its gradient."""
    runs: list[int] = []

    @remat
    def block(x: Any) -> Any:
        runs.append(1)
        return ops.sin(x)

    differentiated(block, [], [])
    assert len(runs) >= 2 if hasattr(backend.active(), "remat") else runs


def test_without_gradients_it_is_the_function() -> None:
    @remat
    def block(x: Any, pair: Any) -> Any:
        return {"sum": x + pair[0], "kept": pair[1]}

    found = block(ops.convert_to_tensor(X), (1.0, None))
    np.testing.assert_allclose(backend.to_numpy(found["sum"]), X + 1)
    assert found["kept"] is None and block(Input((3,)), (1.0, None))["sum"].shape == (None, 3)


class Twice(Layer):
    """Scales by a weight, twice, counts its calls, and adds a loss."""

    def build(self, input_shape: Any) -> None:
        self.factor = self.add_weight(name="factor", shape=(), initializer="ones")
        self.count = self.add_weight(name="count", shape=(), initializer="zeros", trainable=False)

    def call(self, x: Any) -> Any:
        self.count.assign_add(1.0)
        self.add_loss(ops.sum(self.factor))
        return ops.tanh(x * self.factor) * self.factor


@pytest.mark.needs_train
def test_layers_made_in_a_scope_train_as_others_do() -> None:
    found = []
    for mode in (None, "full", "larger_than", "list_of_layers", "activations"):
        set_random_seed(0)
        names = ["twice"] if mode == "list_of_layers" else None
        with RematScope(mode, output_size_threshold=4, layer_names=names):
            model = Sequential([Input((3,)), Twice(name="twice")])
        model.compile("sgd", "mse")
        losses = [model.train_on_batch(X, X * 0.5) for _ in range(3)]
        found.append((np.asarray(losses), model.get_weights()))
    for losses, weights in found[1:]:
        np.testing.assert_allclose(losses, found[0][0], rtol=1e-6)
        for one, expected in zip(weights, found[0][1], strict=True):
            np.testing.assert_allclose(one, expected, rtol=1e-6)
    assert found[0][1][1] == 3


def test_scopes_nest_and_end() -> None:
    assert active_remat_scope() is None
    with RematScope("activations") as outer:
        with RematScope(None):
            assert active_remat_scope() is None
        assert active_remat_scope() is outer
    assert active_remat_scope() is None


def test_wrong_arguments_are_named() -> None:
    with pytest.raises(ValueError, match="mode must be one of 'full', 'activations', 'larger_than', 'list_of_layers'"):
        RematScope("some")
    for arguments in ({"mode": "list_of_layers"}, {"layer_names": ["dense"]}):
        with pytest.raises(ValueError, match="layer_names are for mode='list_of_layers'"):
            RematScope(**arguments)
