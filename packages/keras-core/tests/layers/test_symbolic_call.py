"""Outputs of layers for symbolic inputs: by the call, the layer's own rule, or tracing; errors come as they are."""

from __future__ import annotations

import numpy as np
import pytest
from keras_core import Input, KerasTensor, Layer, Model, ops
from keras_core.backend import discovery
from keras_core.graph.keras_tensor import SymbolicValueError
from keras_core.layers.symbolic_call import needs_values

COMPILES = "compiles" in discovery.active().capabilities


class OnValues(Layer):
    """A layer whose call asks NumPy for the values of its input."""

    def call(self, x):
        values = np.asarray(x)
        return ops.convert_to_tensor(values[:, :2])


def told(error: BaseException) -> str:
    """The words of an error and of its notes, which begin with a small letter."""
    text = " ".join([str(error), *getattr(error, "__notes__", ())])
    return text.replace("Layer '", "layer '")


class TestErrorsOfTheUser:
    @pytest.mark.parametrize("error", [ValueError, KeyError, RuntimeError, ZeroDivisionError, OSError])
    @pytest.mark.parametrize("rule", [False, True])
    def test_reach_the_user_unchanged_with_the_layer_named(self, error, rule) -> None:
        raised = error("the reason")

        class Broken(Layer):
            calls = 0

            def call(self, x):
                Broken.calls += 1
                raise raised

        class Ruled(Broken):
            def compute_output_shape(self, input_shape):
                return input_shape

        layer = (Ruled if rule else Broken)(name="mine")
        with pytest.raises(error) as caught:
            layer(Input((3,)))
        assert caught.value is raised and Broken.calls == 1
        (note,) = raised.__notes__
        assert "layer 'mine'" in note and type(layer).__name__ in note and "(None, 3)" in note

    def test_a_mistake_in_an_op_is_not_hidden_by_a_shape_rule(self) -> None:
        class Mismatched(Layer):
            def call(self, x):
                return ops.add(x, ops.ones((7,)))

            def compute_output_shape(self, input_shape):
                return input_shape

        with pytest.raises(ValueError, match="7"):
            Mismatched()(Input((3,)))

    def test_missing_attributes_of_the_layer(self) -> None:
        class Forgetful(Layer):
            def call(self, x):
                return x * self.factor

        with pytest.raises(AttributeError, match="factor"):
            Forgetful()(Input((3,)))

    def test_layers_around_it_are_named_too(self) -> None:
        class Inner(Layer):
            def call(self, x):
                raise ValueError("inside")

        class Outer(Layer):
            def __init__(self, **kwargs):
                super().__init__(**kwargs)
                self.inner = Inner(name="inner")

            def call(self, x):
                return self.inner(x)

        with pytest.raises(ValueError, match="inside") as caught:
            Outer(name="outer")(Input((3,)))
        assert [part in note for part, note in zip(("'inner'", "'outer'"), caught.value.__notes__, strict=True)] == [
            True,
            True,
        ]


class TestCallsThatNeedValues:
    def test_compute_output_shape_tells(self) -> None:
        class Ruled(OnValues):
            def compute_output_shape(self, input_shape):
                return (input_shape[0], 2)

        x = Input((3,))
        assert Ruled()(x).shape == (None, 2)

    def test_compute_output_spec_tells_shape_and_dtype(self) -> None:
        class Ruled(OnValues):
            def compute_output_spec(self, x):
                return [KerasTensor((x.shape[0], 2), "int32"), KerasTensor((x.shape[0],))]

        first, second = Ruled()(Input((3,)))
        assert (first.shape, first.dtype, second.shape) == ((None, 2), "int32", (None,))

    def test_without_a_rule_the_error_says_what_to_do(self) -> None:
        with pytest.raises(Exception) as caught:  # a backend that traces raises its own error
            OnValues(name="mine")(Input((3,)))
        assert "layer 'mine'" in told(caught.value)
        if not COMPILES:
            assert isinstance(caught.value, SymbolicValueError)

    def test_a_rule_that_goes_on_to_the_base_is_none(self) -> None:
        class Unruled(OnValues):
            def compute_output_shape(self, input_shape):
                return super().compute_output_shape(input_shape)

        with pytest.raises(Exception) as caught:
            Unruled(name="mine")(Input((3,)))
        assert "layer 'mine'" in told(caught.value)

    @pytest.mark.skipif(not COMPILES, reason="the backend cannot trace")
    def test_a_framework_s_own_functions_are_traced(self) -> None:
        backend = discovery.active()

        class Raw(Layer):
            def call(self, x):
                return backend.ops["add"](x, x)

        x = Input((3,))
        y = Raw()(x)
        assert y.shape == (None, 3)
        value = np.ones((2, 3), "float32")
        np.testing.assert_allclose(np.asarray(Model(x, y)(value)), 2 * value)

    def test_a_call_that_returns_no_tensors_is_refused(self) -> None:
        class Nothing(Layer):
            def call(self, x):
                return None

        with pytest.raises(Exception, match="None"):
            Nothing()(Input((3,)))


def raised(function) -> Exception:
    with pytest.raises(Exception) as caught:
        function()
    return caught.value


@pytest.mark.parametrize(
    "function",
    [
        lambda x: np.asarray(x),
        lambda x: bool(x > 0),
        lambda x: x.no_such_method(),
        lambda x: x.shape.as_list(),
        lambda x: x.shape[0] * 2,
        lambda x: discovery.active().ops["add"](x, x),
    ],
)
def test_errors_that_say_a_value_was_needed(function) -> None:
    assert needs_values(raised(lambda: function(KerasTensor((None, 3)))))


@pytest.mark.parametrize(
    "error",
    [
        ValueError("shapes differ"),
        TypeError("call() takes 2 arguments"),
        AttributeError("x", obj=object()),
        KeyError(1),
    ],
)
def test_other_errors_are_the_user_s(error) -> None:
    assert not needs_values(error)


def test_the_cause_counts_unless_it_was_suppressed() -> None:
    def wrapped(suppressed: bool) -> None:
        try:
            np.asarray(KerasTensor((None, 3)))
        except TypeError as error:
            if suppressed:
                raise ValueError("no array") from None
            raise ValueError("no array") from error

    assert needs_values(raised(lambda: wrapped(False)))
    assert not needs_values(raised(lambda: wrapped(True)))


class Ruled(Layer):
    """A layer with a rule that its call uses."""

    def build(self, input_shape):
        self.w = self.add_weight(shape=(3,), initializer="ones")

    def call(self, x):
        return ops.reshape(x, (-1, *self.compute_output_shape(tuple(x.shape))[1:]))

    def compute_output_shape(self, input_shape):
        return (input_shape[0], 3, 1)


class Newer(Ruled):
    def call(self, x):
        return {"base": super().call(x), "weight": self.w, "constant": np.zeros((2, 5), "int32"), "none": None}


def test_the_call_of_a_subclass_comes_before_the_rule_of_its_base() -> None:
    shapes = {"base": (None, 3, 1), "weight": (3,), "constant": (2, 5), "none": None}
    assert Newer().compute_output_shape((None, 3)) == Newer().compute_output_shape(input_shape=(None, 3)) == shapes
    assert Ruled().compute_output_shape((None, 3)) == (None, 3, 1)
    outputs = Newer()(Input((3,)))
    assert {name: getattr(one, "shape", None) for name, one in outputs.items()} == shapes
    assert outputs["constant"].dtype == "int32"
    values = Model(outputs["base"].node.args[0], [outputs["base"], outputs["weight"]])(np.ones((2, 3), "float32"))
    assert [tuple(value.shape) for value in values] == [(2, 3, 1), (3,)]


@pytest.mark.skipif(not COMPILES, reason="its calls are not traced")
def test_the_call_of_a_subclass_is_traced_before_the_rule_of_its_base_is_asked() -> None:
    class NeedsValues(Ruled):
        def call(self, x):
            if isinstance(x, KerasTensor):
                raise SymbolicValueError("no value")
            return super().call(x), x

    first, second = NeedsValues()(Input((3,)))
    assert (first.shape, second.shape) == ((None, 3, 1), (None, 3))


def test_shapes_of_several_arguments() -> None:
    class Joined(Layer):
        def call(self, a, b=None):
            return ops.concatenate([a, b], -1)

    layer = Joined()
    assert layer.compute_output_shape((None, 3), (None, 4)) == (None, 7)
    assert layer.compute_output_shape(a_shape=(None, 3), b_shape=(None, 4)) == (None, 7)
