from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Input, InputSpec, Layer, Model, Variable, backend, ops
from keras_core.random import SeedGenerator

ONES = np.ones((2, 3), "float32")


def host(tensor: Any) -> np.ndarray:
    return backend.to_numpy(tensor)


class Scale(Layer):
    """A layer in Keras 2's style."""

    def __init__(self, factor: float = 2.0, **kwargs: Any) -> None:
        self.factor = factor
        super().__init__(**kwargs)

    def build(self, input_shape: Any) -> None:
        self.w = self.add_weight("w", (input_shape[-1],), initializer="ones", trainable=True)
        super().build(input_shape)

    def call(self, x: Any) -> Any:
        return x * self.w * self.factor

    def compute_output_shape(self, input_shape: Any) -> Any:
        return input_shape

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "factor": self.factor}


def test_a_layer_builds_at_its_first_call() -> None:
    layer = Scale(name="scale")
    assert not layer.built and layer.weights == []
    np.testing.assert_array_equal(host(layer(ONES)), ONES * 2)
    assert layer.built and [w.path for w in layer.weights] == ["scale/w"]


def test_symbolic_calls_record_nodes() -> None:
    layer = Scale()
    a, b = layer(Input((3,))), layer(Input((3,)))
    assert a.shape == b.shape == (None, 3)
    assert len(layer.inbound_nodes) == 2 and layer.get_output_at(1) is b
    with pytest.raises(AttributeError, match=r"ambiguous"):
        _ = layer.output


def test_both_orders_of_add_weight() -> None:
    class Both(Layer):
        def build(self, input_shape: Any) -> None:
            self.old = self.add_weight("old", (2,), initializer="zeros")
            self.new = self.add_weight((3,), "ones", name="new", trainable=False)

        def call(self, x: Any) -> Any:
            return x

    layer = Both()
    layer(ONES)
    assert [(w.name, w.shape, w.trainable) for w in layer.weights] == [("old", (2,), True), ("new", (3,), False)]


def test_config_round_trip() -> None:
    layer = Scale(3.0, name="mine", trainable=False)
    again = Scale.from_config(layer.get_config())
    assert (again.factor, again.name, again.trainable, again.dtype) == (3.0, "mine", False, "float32")


def test_config_of_a_layer_without_get_config() -> None:
    class Plain(Layer):
        def __init__(self, units: int, flag: bool = True, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.units = units

        def call(self, x: Any) -> Any:
            return x

    config = Plain(4, flag=False).get_config()
    assert (config["units"], config["flag"]) == (4, False)


def test_an_unknown_argument_is_named() -> None:
    with pytest.raises(TypeError, match=r"Affine.*'unitz'"):
        Affine(3, unitz=2)


def test_an_unknown_argument_of_a_call_is_named() -> None:
    with pytest.raises(TypeError, match=r"'masks'.*takes inputs"):
        Affine(3)(ONES, masks=None)


def test_input_spec_is_checked_with_the_layers_name() -> None:
    class Strict(Affine):
        def build(self, input_shape: Any) -> None:
            super().build(input_shape)
            self.input_spec = InputSpec(min_ndim=2, axes={-1: input_shape[-1]})

    layer = Strict(2, name="strict")
    layer(ONES)
    with pytest.raises(ValueError, match=r"'strict'.*axis -1.*size 3.*\(2, 4\)"):
        layer(np.ones((2, 4), "float32"))
    with pytest.raises(ValueError, match=r"'strict'.*at least 2 dimensions"):
        layer(np.ones(3, "float32"))


def test_shapes_that_an_op_refuses_are_said_with_the_layers_name() -> None:
    class Product(Layer):
        def call(self, x: Any) -> Any:
            return ops.matmul(x, x)

    with pytest.raises(ValueError, match=r"^Layer 'square': matmul\(\) "):
        Product(name="square")(Input(batch_shape=(2, 3)))


def test_weights_are_found_in_attributes_lists_and_dicts() -> None:
    class Holder(Layer):
        def __init__(self) -> None:
            super().__init__()
            self.parts = [Affine(2), {"b": Affine(1)}]
            self.own = Variable(np.zeros(3, "float32"), name="own")
            self.seeds = SeedGenerator(1)

        def call(self, x: Any) -> Any:
            return self.parts[1]["b"](self.parts[0](x))

    layer = Holder()
    layer(ONES)
    assert len(layer.weights) == 5 and len(layer.variables) == 6
    layer.parts[0].trainable = False
    assert len(layer.trainable_weights) == 3 and len(layer.non_trainable_weights) == 2
    layer.trainable = False
    assert layer.trainable_weights == [] and not layer.parts[1]["b"].trainable


def test_set_weights_is_all_or_nothing() -> None:
    layer = Affine(2, name="aff")
    layer(ONES)
    before = layer.get_weights()
    with pytest.raises(ValueError, match=r"'aff'.*has 2 weights.*1 arrays"):
        layer.set_weights(before[:1])
    with pytest.raises(ValueError, match=r"aff/bias.*\(2,\).*\(5,\)"):
        layer.set_weights([before[0] + 1, np.zeros(5)])
    for a, b in zip(before, layer.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_counting_before_building_says_so() -> None:
    with pytest.raises(ValueError, match=r"'aff' is not built"):
        Affine(2, name="aff").count_params()


def test_the_training_flag_reaches_inner_layers() -> None:
    seen: list[Any] = []

    class Inner(Layer):
        def call(self, x: Any, training: Any = None) -> Any:
            seen.append(training)
            return x

    class Outer(Layer):
        def __init__(self) -> None:
            super().__init__()
            self.inner = Inner()

        def call(self, x: Any) -> Any:
            return self.inner(x)

    Outer()(ONES, training=True)
    Outer()(ONES)
    assert seen == [True, None]


class Masker(Layer):
    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        return ops.greater(inputs[..., 0], 0.5)

    def call(self, x: Any) -> Any:
        return x


class Through(Layer):
    supports_masking = True

    def call(self, x: Any) -> Any:
        return x + 1.0


class Masked(Layer):
    def call(self, x: Any, mask: Any = None) -> Any:
        return ops.sum(x * ops.expand_dims(ops.cast(mask, "float32"), -1), axis=1)


def test_masks_flow_through_a_graph_and_a_call() -> None:
    value = np.arange(8, dtype="float32").reshape(1, 4, 2)
    expected = (value[:, 1:] + 1).sum(1)
    x = Input((4, 2))
    model = Model(x, Masked()(Through()(Masker()(x))))
    np.testing.assert_allclose(host(model(value)), expected)

    class Chain(Layer):
        def __init__(self) -> None:
            super().__init__()
            self.steps = [Masker(), Through(), Masked()]

        def call(self, x: Any) -> Any:
            for step in self.steps:
                x = step(x)
            return x

    np.testing.assert_allclose(host(Chain()(value)), expected)


def test_a_mask_given_by_hand_wins() -> None:
    value = np.ones((1, 3, 2), "float32")
    out = Masked()(value, mask=np.array([[True, False, False]]))
    np.testing.assert_allclose(host(out), [[1, 1]])


def test_add_loss_is_collected_and_cleared() -> None:
    class Penalty(Layer):
        def call(self, x: Any) -> Any:
            self.add_loss(ops.sum(x))
            return x

    layer = Penalty()
    for _ in range(2):
        layer(ONES)
        assert [float(host(one)) for one in layer.losses] == [6.0]


def test_regularizers_are_losses() -> None:
    class Regular(Layer):
        def build(self, input_shape: Any) -> None:
            self.w = self.add_weight(shape=(2,), initializer="ones", regularizer="l2")

        def call(self, x: Any) -> Any:
            return x

    layer = Regular()
    layer(ONES)
    assert float(host(layer.losses[0])) == pytest.approx(0.02)


def test_several_inputs_and_build_with_named_shapes() -> None:
    class Pair(Layer):
        def build(self, left_shape: Any, right_shape: Any) -> None:
            self.shapes = (left_shape, right_shape)

        def call(self, left: Any, right: Any) -> Any:
            return left + right

    layer = Pair()
    out = layer(Input((3,)), Input((1,)))
    assert out.shape == (None, 3) and layer.shapes == ((None, 3), (None, 1))


def test_keras_2_arguments_give_the_input_shape() -> None:
    assert Affine(2, input_dim=4).batch_input_shape == (None, 4)
    assert Affine(2, input_shape=(5, 4)).batch_input_shape == (None, 5, 4)
    assert Affine(2, batch_input_shape=(8, 4)).batch_input_shape == (8, 4)
    weights = [np.ones((3, 2)), np.ones(2)]
    layer = Affine(2, weights=weights)
    np.testing.assert_array_equal(host(layer(ONES)), np.full((2, 2), 4.0))
