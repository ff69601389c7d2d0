"""Models on PyTorch trained as its modules are: by its optimizers, or by steps that call ``backward()``."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
layers, ops = keras.layers, keras.ops

X = np.arange(12, dtype="float32").reshape(4, 3) / 10
Y = X.sum(axis=1, keepdims=True)


@pytest.fixture(autouse=True)
def torch(backend_name):
    if backend_name != "torch":
        pytest.skip("these are programs for PyTorch")
    return pytest.importorskip("torch")


def network(kind=None):
    inputs = keras.Input((3,))
    return (kind or keras.Model)(inputs, layers.Dense(1, kernel_initializer="ones")(inputs))


class Backward(keras.Model):
    """A step as the guide for PyTorch has it."""

    def train_step(self, data):
        import torch

        x, y, *rest = data
        y_pred = self(x, training=True)
        loss = self.compute_loss(x=x, y=y, y_pred=y_pred, sample_weight=rest[0] if rest else None)
        self.zero_grad()
        loss.backward()
        weights = list(self.trainable_weights)
        with torch.no_grad():  # where gradients can be read, too
            self.optimizer.apply([one.value.grad for one in weights], weights)
        for metric in self.metrics:
            metric.update_state(*((loss,) if metric.name == "loss" else (y, y_pred)))
        return {metric.name: metric.result() for metric in self.metrics}


@pytest.mark.parametrize("eagerly", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_step_with_backward_trains_as_others_do(eagerly, weighted):
    weights = np.array([1.0, 2.0, 0.0, 1.0]) if weighted else None
    results = []
    for kind in (Backward, None):
        model = network(kind)
        model.compile(keras.optimizers.Adam(0.1), "mse", metrics=["mae"], run_eagerly=eagerly)
        history = model.fit(X, Y + 1, batch_size=2, epochs=3, shuffle=False, sample_weight=weights, verbose=0).history
        loss = [] if weighted else history["loss"]  # a mean of means, and a weighted mean
        results.append([*loss, *history["mae"], *np.concatenate([w.ravel() for w in model.get_weights()])])
        single = model.train_on_batch(X, Y, return_dict=True)
        results[-1] += [single["mae"], *model.evaluate(X, Y, verbose=0)]
    np.testing.assert_allclose(*results, rtol=1e-4)


def test_weights_that_a_step_trains_twice_have_gradients_of_their_own(torch):
    """As a critic is trained several times a step."""

    class Twice(Backward):
        def train_step(self, data):
            super().train_step(data)
            return super().train_step(data)

    results = []
    for kind, epochs in ((Twice, 2), (Backward, 4)):
        model = network(kind)
        model.compile(keras.optimizers.SGD(0.1), "mse")
        model.fit(X, Y + 1, batch_size=4, epochs=epochs, verbose=0)
        results.append(np.concatenate([w.ravel() for w in model.get_weights()]))
    np.testing.assert_allclose(*results, rtol=1e-5)


def test_a_step_that_looks_at_values_is_run_eagerly(torch):
    class Looks(Backward):
        def train_step(self, data):
            logs = super().train_step(data)
            return logs if logs["loss"].item() >= 0 else {}

    results = []
    for kind in (Looks, Backward):
        model = network(kind)
        model.compile(keras.optimizers.SGD(0.1, momentum=0.9), "mse", run_eagerly=kind is Looks)
        model.fit(X, Y + 1, batch_size=1, epochs=2, shuffle=False, verbose=0)
        results.append(np.concatenate([w.ravel() for w in model.get_weights()]))
    np.testing.assert_allclose(*results, rtol=1e-5)


def test_a_loop_of_pytorch_is_what_fit_does(torch):
    model, reference = network(), network()
    reference.compile(keras.optimizers.SGD(0.1, momentum=0.5), "mse")
    reference.fit(X, Y + 1, batch_size=2, epochs=3, shuffle=False, verbose=0)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.5)
    criterion = torch.nn.MSELoss()
    rows = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y + 1))
    model.train()
    for _ in range(3):
        for x, y in torch.utils.data.DataLoader(rows, batch_size=2):
            optimizer.zero_grad()
            criterion(model(x), y).backward()
            optimizer.step()
    model.eval()
    for one, other in zip(model.get_weights(), reference.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5)


def test_modes_reach_dropout_and_batch_normalization(torch):
    model = keras.Sequential([keras.Input((3,)), layers.BatchNormalization(momentum=0.5), layers.Dropout(0.5)])
    x = torch.tensor(X)
    for _ in range(3):
        model.train()(x)
        moved = dict(model.named_buffers())["layers.batch_normalization.moving_mean"].clone()
        first, second = (model.eval()(x).detach().numpy() for _ in range(2))
        np.testing.assert_array_equal(first, second)
        after = dict(model.named_buffers())["layers.batch_normalization.moving_mean"]
        assert torch.equal(moved, after)
    np.testing.assert_allclose(after.numpy(), X.mean(0) * (1 - 0.5**3), rtol=1e-5)


def test_gradients_are_clipped_and_a_subclass_is_trained(torch):
    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.first, self.second = layers.Dense(4, activation="tanh"), layers.Dense(1)

        def call(self, x):
            return self.second(self.first(x))

    keras.utils.set_random_seed(0)
    model = Net()
    model(X)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.05)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, 20, 0.5)
    losses = []
    for _ in range(40):
        loss = torch.nn.functional.mse_loss(model(torch.tensor(X)), torch.tensor(Y))
        model.zero_grad()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 0.5)
        grads = [parameter.grad for parameter in model.parameters()]
        assert torch.linalg.vector_norm(torch.cat([g.ravel() for g in grads])) <= min(float(norm), 0.5) + 1e-5
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0] / 10
    names = ["first.kernel", "first.bias", "second.kernel", "second.bias"]
    assert [name for name, _ in model.named_parameters()] == names


def test_a_state_dict_goes_through_a_file(torch, tmp_path):
    source, target = network(), network()
    source.set_weights([w + 1 for w in source.get_weights()])
    torch.save(source.state_dict(), tmp_path / "weights.pt")
    target.load_state_dict(torch.load(tmp_path / "weights.pt", weights_only=True))
    np.testing.assert_array_equal(source.predict(X, verbose=0), target.predict(X, verbose=0))
