import numpy as np
import pytest
from keras_conformance import OptimizerContract
from keras_core import Variable
from keras_optimizers import Muon


class TestMuon(OptimizerContract):
    optimizer = Muon
    cases = [
        {},
        {"learning_rate": 0.1, "nesterov": False, "rms_rate": None, "ns_steps": 3, "momentum": 0.5},
        {"learning_rate": 0.1, "weight_decay": 0.3, "adam_weight_decay": None, "adam_lr_ratio": 0.5, "muon_a": 3.0},
        {"learning_rate": 0.1, "exclude_layers": ["kern"], "adam_beta_1": 0.5, "epsilon": 0.1},
    ]
    tolerance = 3e-5

    def slots(self, exclude_layers=None, **_):
        between = ["kernel_velocity"] if exclude_layers else []
        return ["kernel_momentum", *between, "bias_momentum", "bias_velocity"]

    def reference(
        self,
        w,
        g,
        state,
        t,
        learning_rate=0.001,
        adam_beta_1=0.9,
        adam_beta_2=0.999,
        adam_weight_decay=0.004,
        epsilon=1e-7,
        weight_decay=0.004,
        exclude_layers=None,
        muon_a=3.4445,
        adam_lr_ratio=1,
        momentum=0.95,
        ns_steps=5,
        nesterov=True,
        rms_rate=0.2,
    ):
        if w.ndim != 2 or exclude_layers:
            w = w * (1 - learning_rate * (adam_weight_decay or 0))
            m = state["m"] = adam_beta_1 * state.get("m", 0.0) + (1 - adam_beta_1) * g
            v = state["v"] = adam_beta_2 * state.get("v", 0.0) + (1 - adam_beta_2) * g**2
            rate = learning_rate * adam_lr_ratio * np.sqrt(1 - adam_beta_2**t) / (1 - adam_beta_1**t)
            return w - rate * m / (np.sqrt(v) + epsilon)
        m = state["m"] = momentum * state.get("m", 0.0) + g
        x = g + momentum * m if nesterov else m
        x = x / np.linalg.norm(x)
        u, s, vt = np.linalg.svd(x, full_matrices=False)
        for _ in range(ns_steps):  # the iteration acts on each singular value by itself
            s = muon_a * s - 4.775 * s**3 + 2.0315 * s**5
        scale = max(1, w.shape[0] / w.shape[1]) ** 0.5 if rms_rate is None else rms_rate * max(w.shape) ** 0.5
        return w * (1 - learning_rate * weight_decay) - learning_rate * scale * (u * s) @ vt


@pytest.mark.parametrize("shape", [(6, 2), (2, 6)])
def test_a_step_is_nearly_orthogonal(shape):
    w = Variable(np.zeros(shape, "float32"))
    Muon(1.0, weight_decay=None, rms_rate=None).apply([np.random.default_rng(0).normal(size=shape)], [w])
    values = np.linalg.svd(w.numpy(), compute_uv=False) / max(1, shape[0] / shape[1]) ** 0.5
    assert ((values > 0.6) & (values < 1.3)).all()


def test_assigned_rates_of_adam_count():
    assigned, given = Muon(), Muon(adam_beta_1=0.5, adam_beta_2=0.75)
    assert (assigned.adam_beta_1, given.adam_beta_1, given.adam_beta_2) == (0.9, 0.5, 0.75)
    assigned.adam_beta_1, assigned.adam_beta_2 = 0.5, 0.75
    weights = [Variable([1.0, -2.0]), Variable([1.0, -2.0])]
    for optimizer, weight in zip((assigned, given), weights):
        for gradient in ([1.0, -1.0], [0.5, 2.0]):
            optimizer.apply([gradient], [weight])
    np.testing.assert_array_equal(weights[0].numpy(), weights[1].numpy())
    assert {**assigned.get_config(), "name": None} == {**given.get_config(), "name": None}


def test_embeddings_have_steps_of_adam():
    table, weight = Variable(np.ones((3, 2), "float32"), name="embeddings"), Variable(np.ones((3, 2), "float32"))
    for exclude, slots in ((True, 3), (False, 2)):
        optimizer = Muon(exclude_embeddings=exclude)
        optimizer.build([table, weight])
        assert len(optimizer.variables) == 2 + slots
