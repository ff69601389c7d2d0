from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from keras_conformance import Affine
from keras_core import Input, Layer, Sequential

if TYPE_CHECKING:
    from keras_core.typing import Tensor

X = np.ones((2, 3), "float32")


class Identity(Layer):
    def call(self, inputs: Tensor) -> Tensor:
        return inputs


def test_built_at_once_with_an_input() -> None:
    for model in (
        Sequential([Input((3,)), Affine(2)]),
        Sequential([Affine(2, input_shape=(3,))]),
        Sequential([Affine(2, input_dim=3)]),
    ):
        assert model.built and model.input_shape == (None, 3) and model.output_shape == (None, 2)
        assert len(model.layers) == 1 and len(model.weights) == 2


def test_deferred_building() -> None:
    model = Sequential([Affine(4), Affine(1)])
    assert not model.built and model.weights == []
    with pytest.raises(AttributeError, match=r"output_shape yet"):
        _ = model.output_shape
    assert model.predict(X, verbose=0).shape == (2, 1)
    assert model.built and model.output_shape == (None, 1)


def test_built_from_data_it_takes_other_lengths() -> None:
    model = Sequential([Affine(4, name="first")])
    assert model.predict(np.ones((2, 5, 3), "float32"), verbose=0).shape == (2, 5, 4)
    assert model.predict(np.ones((2, 7, 3), "float32"), verbose=0).shape == (2, 7, 4)
    with pytest.raises(ValueError, match="shape"):
        model.predict(np.ones((2, 3), "float32"), verbose=0)


def test_build_with_a_shape() -> None:
    model = Sequential([Affine(4)])
    model.build((None, 3))
    assert [w.shape for w in model.weights] == [(3, 4), (4,)]


def test_add_and_pop_keep_the_weights() -> None:
    model = Sequential([Input((3,)), Affine(4, name="first")])
    kernel = model.get_weights()[0]
    model.add(Affine(2))
    assert model.output_shape == (None, 2)
    model.pop()
    assert model.output_shape == (None, 4)
    np.testing.assert_array_equal(model.get_weights()[0], kernel)


def test_mistakes_are_explained() -> None:
    model = Sequential([Input((3,)), Affine(4, name="first")], name="seq")
    with pytest.raises(TypeError, match=r"takes layers, got.*instance"):
        model.add(Affine)
    with pytest.raises(ValueError, match=r"already has a layer called 'first'"):
        model.add(Affine(1, name="first"))
    with pytest.raises(ValueError, match=r"an Input can only come first"):
        model.add(Input((3,)))
    with pytest.raises(TypeError, match=r"no layers to take off"):
        Sequential().pop()
    with pytest.raises(ValueError, match=r"needs an input shape"):
        Sequential([Affine(1)]).build()


def test_summary_lists_layers_and_counts(capsys: pytest.CaptureFixture[str]) -> None:
    model = Sequential([Input((3,)), Affine(4, name="first"), Affine(1, name="second")], name="seq")
    model.layers[0].trainable = False
    model.summary(show_trainable=True)
    text = capsys.readouterr().out
    for part in (
        'Model: "seq"',
        "first (Affine)",
        "(None, 4)",
        "second (Affine)",
        "Total params: 21",
        "Trainable params: 5",
    ):
        assert part in text
    lines: list[str] = []
    model.summary(print_fn=lines.append, layer_range=["second", "second"])
    assert not any("first (Affine)" in line for line in lines)


def test_a_layer_waits_to_be_called() -> None:
    first, second = Affine(4), Affine(2)
    model = Sequential([Input((3,))])
    model.add(first, rebuild=False)
    model.add(second, rebuild=False)
    assert not first.built
    assert model.output_shape == (None, 2)
    assert len(first.inbound_nodes) == len(second.inbound_nodes) == 1


def test_a_failed_build_waits_for_another_shape() -> None:
    class Picky(Affine):
        def build(self, input_shape: tuple[int, ...]) -> None:
            if input_shape[1] != 3:
                raise ValueError("three, please")
            super().build(input_shape)

    model = Sequential([Identity(), Picky(2)])
    with pytest.raises(ValueError, match="three, please"):
        model.build((None, 5))
    assert not model.built and len(model.layers) == 2 and model.layers[0].inbound_nodes == []
    model.build((None, 3))
    assert model.output_shape == (None, 2)


def test_assigning_another_input_is_refused() -> None:
    model = Sequential([Input((3,)), Affine(2)])
    with pytest.raises(ValueError, match="cannot be changed"):
        model.inputs = [Input((3,))]
    with pytest.raises(AttributeError, match="no outputs yet"):
        Sequential([Affine(2)]).outputs = [Input((3,))]
