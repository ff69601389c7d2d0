import numpy as np
import pytest
from keras_backend_torch.framework import torch
from keras_backend_torch.module import MODULE_ATTRIBUTES
from keras_backend_torch.spec import SPEC
from keras_core import Input, Layer, Model, Sequential, ops
from keras_core.backend import use_backend

X = np.arange(6, dtype="float32").reshape(2, 3)


class Scale(Layer):
    """Multiplies by weights; adds a statistic, and 1 in training."""

    def build(self, shape):
        self.factor = self.add_weight(name="factor", shape=(shape[-1],), initializer="ones")
        self.count = self.add_weight(name="count", shape=(), initializer="zeros", trainable=False)

    def call(self, x, training=None):
        return x * self.factor + (1.0 if training else 0.0)


def model_of(*scales: Layer) -> Sequential:
    return Sequential([Input((3,)), *scales])


def test_the_spec_names_what_is_added() -> None:
    assert SPEC.adds == set(MODULE_ATTRIBUTES)


def test_names_are_places_in_the_model() -> None:
    first, second = model_of(Scale(), Scale()), model_of(Scale(name="a"), Scale(name="b"))
    names = [name for name, _ in first.named_parameters()]
    assert names == ["layers.scale.factor", "layers.scale_1.factor"]
    assert names == [name for name, _ in second.named_parameters()]
    assert [name for name, _ in first.named_buffers("model")] == [
        "model.layers.scale.count",
        "model.layers.scale_1.count",
    ]
    assert list(first.parameters(recurse=False)) == list(first.buffers(recurse=False)) == []
    assert [name for name, _ in first.layers[0].named_parameters("x", recurse=False)] == ["x.factor"]


def test_a_shared_layer_has_its_parameters_once() -> None:
    layer = Scale()
    inputs = Input((3,))
    model = Model(inputs, layer(layer(inputs)))
    assert len(list(model.parameters())) == 1
    twice = Scale(name="outer")
    twice.again = layer
    twice(X)
    assert [name for name, _ in twice.named_parameters()] == ["factor", "again.factor"]


def test_weights_of_one_name_get_names_of_their_own() -> None:
    class Two(Layer):
        def build(self, shape):
            self.a, self.b = (self.add_weight(name="w", shape=()) for _ in range(2))

    layer = Two()
    layer.build((None, 3))
    assert [name for name, _ in layer.named_parameters()] == ["w", "w_1"]


def test_a_layer_without_weights_yet_says_so() -> None:
    with pytest.raises(ValueError, match="is not built and has no parameters yet"):
        list(Scale().parameters())


def test_an_optimizer_of_pytorch_trains() -> None:
    model = model_of(Scale())
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    for _ in range(3):  # the second call and those after it are compiled
        optimizer.zero_grad()
        model(X).sum().backward()
        optimizer.step()
    np.testing.assert_allclose(model.get_weights()[0], 1 - 0.3 * X.sum(0), rtol=1e-6)


def test_a_parameter_follows_assignments_and_training() -> None:
    model = model_of(Scale())
    (parameter,) = model.parameters()
    weight = model.trainable_weights[0]
    before = weight.value.detach().clone()
    weight.assign([1.0, 2.0, 3.0])
    assert parameter.tolist() == [1, 2, 3] and before.tolist() == [1, 1, 1]
    assert next(model.parameters()) is parameter is weight.value
    model.compile("adam", "mse")
    model.fit(X, X, verbose=0)
    np.testing.assert_array_equal(parameter.detach().numpy(), model.get_weights()[0])
    model.train_on_batch(X, X)
    assert parameter[0] != 1 and parameter.tolist() == model.get_weights()[0].tolist()


def test_gradients_are_forgotten_and_kept_by_assignments() -> None:
    model = model_of(Scale())
    weight = model.trainable_weights[0]
    model(X).sum().backward()
    (parameter,) = model.parameters()  # has the gradient of the value that was read before
    assert parameter.grad.tolist() == X.sum(0).tolist()
    weight.assign(2 * X[0])
    assert weight.value.grad.tolist() == X.sum(0).tolist()  # as of a module's
    model.zero_grad(set_to_none=False)
    assert parameter.grad.tolist() == [0, 0, 0]
    model.zero_grad()
    assert parameter.grad is None


def test_frozen_parameters_require_no_gradient() -> None:
    model = model_of(Scale(), Scale())
    model.layers[0].trainable = False
    assert [one.requires_grad for one in model.parameters()] == [False, True]
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    model(X).sum().backward()
    optimizer.step()
    assert model.layers[0].get_weights()[0].tolist() == [1, 1, 1] != model.layers[1].get_weights()[0].tolist()
    assert model.requires_grad_() is model and model.layers[0].trainable
    model(X).sum().backward()
    assert model.layers[0].trainable_weights[0].value.grad is not None


def test_states_go_from_model_to_model() -> None:
    source, target = model_of(Scale(), Scale()), model_of(Scale(), Scale())
    source.set_weights([w + k for k, w in enumerate(source.get_weights())])
    state = source.state_dict()
    assert all(not value.requires_grad for value in state.values())
    assert source.state_dict(prefix="x.", keep_vars=True)["x.layers.scale.factor"].requires_grad
    assert target.load_state_dict(state) == ([], [])
    for one, other in zip(source.get_weights(), target.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_states_that_do_not_fit_change_nothing() -> None:
    model = model_of(Scale())
    before = [w.tolist() for w in model.get_weights()]
    state = {"layers.scale.factor": torch.zeros(4), "more": torch.zeros(1)}
    with pytest.raises(RuntimeError, match=r"missing names: layers\.scale\.count; names .* not have: more; .*\(4,\)"):
        model.load_state_dict(state)
    with pytest.raises(RuntimeError, match=r"has shape \(3,\), the value given \(4,\)"):
        model.load_state_dict(state, strict=False)
    assert before == [w.tolist() for w in model.get_weights()]
    found = model.load_state_dict({"layers.scale.factor": torch.zeros(3), "more": torch.zeros(1)}, strict=False)
    assert found.missing_keys == ["layers.scale.count"] and found.unexpected_keys == ["more"]
    assert model.get_weights()[0].tolist() == [0, 0, 0]


def test_modes_are_what_calls_use_that_are_told_nothing() -> None:
    model = model_of(Scale(), Scale())
    assert not model.training
    for _ in range(2):  # run in Python, and compiled
        np.testing.assert_array_equal(model(X).detach(), X)
        assert model.train() is model and model.training and model.layers[1].training
        np.testing.assert_array_equal(model(X).detach(), X + 2)
        np.testing.assert_array_equal(model(X, training=False).detach(), X)
        model.layers[0].eval()
        np.testing.assert_array_equal(model(X).detach(), X + 1)
        model.eval()
    np.testing.assert_array_equal(model.predict(X, verbose=0), X)


def test_changes_of_mode_compile_nothing_again() -> None:
    model = model_of(Scale())
    for _ in range(4):
        model.train()(X)
        model.eval()(X)
    programs = model._trainer.programs
    assert [programs.program_count(("call", training, False)) for training in (True, False)] == [1, 1]


def test_layers_inside_and_devices() -> None:
    model = model_of(Scale(), Scale())
    assert [one for one in model.modules() if isinstance(one, (Scale, Model))] == [model, *model.layers]
    assert [one for one in model.children() if isinstance(one, Scale)] == model.layers
    assert [list(one.children()) for one in model.layers] == [[], []]
    (first, _), weight = model.parameters(), model.get_weights()[0]
    for moved in (model.to("cpu"), model.to(torch.device("cpu", 0), torch.float32), model.cpu(), model.to(first)):
        assert moved is model and next(model.parameters()) is first and model.device_name == "cpu:0"
    assert model.layers[0].to(device="cpu").trainable_weights[0].device_name == "cpu:0"
    np.testing.assert_array_equal(model.get_weights()[0], weight)
    with pytest.raises(TypeError, match=r"weights of float32, and to\(\) was given torch.float16"):
        model.to(torch.float16)
    with pytest.raises(ValueError, match="no device 'meta:0' here"):
        model.to("meta")
    if not torch.cuda.is_available():
        with pytest.raises(ValueError, match="no device 'gpu:1' here"):
            model.cuda(1)
        with pytest.raises(ValueError, match="no device 'gpu:0' here"):
            model.cuda()


def test_a_compiled_model_moves_with_its_optimizer() -> None:
    model = model_of(Scale())
    model.compile("adam", "mse", metrics=["mae"])
    model.train_on_batch(X, X)
    model.to("cpu")
    assert {one.device_name for one in [*model.optimizer.variables, *model.metrics_variables]} == {"cpu:0"}
    before = model.get_weights()[0]
    model.train_on_batch(X, X)
    assert model.optimizer.iterations.numpy() == 2 and (model.get_weights()[0] != before).all()


def test_a_module_may_hold_the_parameters() -> None:
    class Net(torch.nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = model
            self.weights = torch.nn.ParameterList(model.parameters())

        def forward(self, x):
            return self.model(x)

    model = model_of(Scale())
    net = Net(model)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
    net(torch.tensor(X)).sum().backward()
    optimizer.step()
    np.testing.assert_allclose(model.get_weights()[0], 1 - 0.1 * X.sum(0), rtol=1e-6)


def test_layers_of_another_backend_say_whose_these_are() -> None:
    with use_backend("numpy"):
        layer = Scale()
    with pytest.raises(AttributeError, match=r"on the 'numpy' backend and has no 'state_dict': the 'torch' .*backend"):
        layer.state_dict()
    assert not hasattr(layer, "parameters")
    layer.train = "its own"
    assert layer.train == "its own"


def test_an_optimizer_of_pytorch_in_a_step_of_the_user() -> None:
    class Own(Sequential):
        def train_step(self, data):
            x, y = data
            self.steps.zero_grad()
            loss = ops.mean(ops.square(self(x) - y))
            loss.backward()
            self.steps.step()
            return {"loss": loss}

    model = Own([Input((3,)), Scale()])
    model.steps = torch.optim.SGD(model.parameters(), lr=0.01)
    model.compile()
    model.fit(X, 2 * X, epochs=3, batch_size=2, verbose=0)
    expected = np.ones(3)
    for _ in range(3):
        expected -= 0.01 * (2 * (expected - 2) * (X**2).sum(0) / X.size)
    np.testing.assert_allclose(model.get_weights()[0], expected, rtol=1e-5)
