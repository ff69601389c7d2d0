"""LayerContract: the tests that every layer has to pass."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pytest
from keras_core import KerasTensor, Layer, Staged, backend, dtypes, gradients, layers, ops, stage, tree

_EPSILON = 1e-6


@dataclass(frozen=True)
class Case:
    """One way to make and call a layer.

    Attributes:
        inputs: shape of the input, of normally distributed floats; or an array; or a list of these.
        arguments: the constructor's keyword arguments; a function that makes them where they hold layers.
        call: further keyword arguments of the call, such as ``{"mask": array}``.
        differentiable: whether the reference has a derivative in float64 at random points.
    """

    inputs: Any
    arguments: Mapping[str, Any] | Callable[[], Mapping[str, Any]] = field(default_factory=dict)
    call: Mapping[str, Any] = field(default_factory=dict)
    differentiable: bool = True

    def made(self) -> dict[str, Any]:
        """The constructor's arguments."""
        return dict(self.arguments() if callable(self.arguments) else self.arguments)


class LayerContract:
    """Base class for a layer's tests; a subclass names its cases and computes the layer in NumPy.

    Values, the same compiled, shapes of symbolic tensors, dtypes, gradients (against finite differences
    of the reference), a training step, masks and config follow from these.

    Attributes:
        layer: the class under test.
        cases: how to make and call it.
        tolerance: relative and absolute, for the comparison with the reference.
        ulps: the same in mixed precision, in units of the 16-bit type's epsilon times the largest output.
        masks: whether an output has its input's mask: True, False, or None where that is tested apart.
        computes: whether the layer computes itself, in its own dtype, and not by layers it was given.

    Example:
        class TestScale(LayerContract):
            layer = Scale
            cases = [Case((2, 3)), Case((2, 3), {"factor": 2.0})]

            def reference(self, inputs, weights, factor=1.0):
                return inputs * factor
    """

    layer: ClassVar[type[Layer]]
    cases: ClassVar[Sequence[Case]]
    tolerance: ClassVar[float] = 1e-5
    ulps: ClassVar[float] = 16
    masks: ClassVar[bool | None] = None
    computes: ClassVar[bool] = True

    def reference(self, inputs: Any, weights: list[np.ndarray], **arguments: Any) -> Any:
        """The outputs for float64 inputs and weights; `arguments` are those of constructor and call."""
        raise NotImplementedError

    def test_values_follow_the_reference(self) -> None:
        for layer, case, inputs in self._prepared():
            self._compare(layer(inputs, **case.call), self._expected(layer, case, inputs), case)

    def test_compiled_values_follow_the_reference(self) -> None:
        for layer, case, inputs in self._prepared():

            def call(*arrays: Any, layer: Layer = layer, case: Case = case, inputs: Any = inputs) -> Any:
                return layer(tree.pack_sequence_as(inputs, arrays), **case.call)

            expected = self._expected(layer, case, inputs)
            program = Staged(call, layer.variables, backend.active(), relax_batch=not case.call)
            self._compare(program(*tree.flatten(inputs)), expected, case)

    def test_symbolic_outputs_have_the_shapes_and_dtypes_of_real_ones(self) -> None:
        for layer, case, inputs in self._prepared():
            if case.call.keys() - {"training"}:
                continue
            symbols = tree.map_structure(_symbol, inputs)
            found = tree.flatten(layer(symbols, **case.call))
            outputs = layer(inputs, **case.call)
            real = tree.flatten(outputs)
            assert [_unknown_batch(np.shape(y)) for y in real] == [_unknown_batch(s.shape) for s in found], case
            assert [str(np.asarray(y).dtype) for y in real] == [s.dtype for s in found], case
            shapes = layer.compute_output_shape(_shapes(inputs))
            assert _as_tuples(shapes) == _as_tuples(tree.map_structure(np.shape, outputs)), case

    def test_floats_are_computed_in_the_layers_dtype(self) -> None:
        for case in self.cases if self.computes else ():
            layer, inputs = self.layer(**{**case.made(), "dtype": "float64"}), _inputs(case, "float64")
            _build(layer, case, inputs)
            for output in tree.flatten(_called(layer, case, inputs)):
                assert str(np.asarray(output).dtype) == "float64", case
            assert all(v.dtype == "float64" for v in layer.weights)

    def test_mixed_precision_follows_the_reference(self) -> None:
        known = sorted({"float16", "bfloat16"} & backend.active().capabilities)
        if not known or not self.computes:
            pytest.skip("the backend computes in no 16 bits, or the layer not in a dtype of its own")
        for narrow in known:
            for layer, case, inputs in self._prepared(f"mixed_{narrow}"):
                assert {v.dtype for v in layer.weights} <= {"float32", "int32", "bool"}, case
                expected = tree.flatten(self._expected(layer, case, inputs))
                for output, wanted in zip(tree.flatten(_called(layer, case, inputs)), expected, strict=True):
                    found = backend.to_numpy(output)
                    assert dtypes.standardize(found.dtype) == narrow, case
                    size = max(1.0, float(np.abs(wanted).max(initial=0.0)))
                    tolerance = self.ulps * float(dtypes.finfo(narrow).eps) * size
                    np.testing.assert_allclose(found.astype("float64"), wanted, atol=tolerance, err_msg=str(case))

    def test_config_makes_an_equal_layer(self) -> None:
        for layer, case, inputs in self._prepared():
            config = layer.get_config()
            copies = [type(layer).from_config(json.loads(json.dumps(config)))]
            copies.append(layers.deserialize(json.loads(json.dumps(layers.serialize(layer)))))
            for copy in copies:
                assert type(copy) is self.layer
                assert _without_build(copy.get_config()) == _without_build(config), case
            if not case.call.get("training"):
                _build(copy, case, inputs)
                copy.set_weights(layer.get_weights())
                self._compare(copy(inputs, **case.call), layer(inputs, **case.call), case)

    def test_a_training_step_follows_the_gradients_of_the_reference(self) -> None:
        """Gradients by weights and inputs are right, and a step against those by weights lowers the loss."""
        _needs_train()
        for layer, case, inputs in self._prepared():
            variables, arrays = layer.trainable_weights, [x for x in tree.flatten(inputs) if x.dtype.kind == "f"]
            if not (variables or (case.differentiable and arrays)):
                continue
            expected = tree.flatten(self._expected(layer, case, inputs))
            factors = [np.random.default_rng(k).normal(size=y.shape) for k, y in enumerate(expected)]
            numeric = self._finite_differences(layer, case, inputs, factors) if case.differentiable else []
            program = stage(_training_step(layer, case, inputs, factors), layer.variables)
            (first, found), (last, _) = program(*arrays), program(*arrays)
            for name, got, wanted in zip(_names(variables, arrays), found, numeric):
                got = np.zeros_like(wanted) if got is None else np.asarray(got)
                tolerance = 1e-3 * max(1.0, float(np.abs(wanted).max(initial=0.0)))
                np.testing.assert_allclose(got, wanted, atol=tolerance, rtol=1e-3, err_msg=f"{case}, by {name}")
            if variables:
                assert np.isfinite(last) and float(last) < float(first), case

    def test_masks_are_passed_on_or_end(self) -> None:
        if self.masks is None:
            return
        for layer, case, inputs in self._prepared():
            if isinstance(inputs, list) or case.call:
                continue
            symbol = _symbol(inputs)
            symbol._keras_mask = KerasTensor((None, *inputs.shape[1:2]), "bool")
            output = tree.flatten(layer(symbol))[0]
            assert (output._keras_mask is symbol._keras_mask) if self.masks else output._keras_mask is None, case

    # -- helpers

    def _prepared(self, dtype: str | None = None) -> Iterator[tuple[Layer, Case, Any]]:
        """For each case a built layer with random weights, and its inputs."""
        for case in self.cases:
            options = case.made() if dtype is None else {**case.made(), "dtype": dtype}
            layer, inputs = self.layer(**options), _inputs(case, "float32")
            _build(layer, case, inputs)
            rng = np.random.default_rng(3)
            layer.set_weights([_random_weight(rng, v.name, v.shape) for v in layer.weights])
            yield layer, case, inputs

    def _expected(self, layer: Layer, case: Case, inputs: Any, weights: list[np.ndarray] | None = None) -> Any:
        if weights is None:
            weights = [w.astype("float64") for w in layer.get_weights()]
        wide = tree.map_structure(lambda x: x.astype("float64") if x.dtype.kind == "f" else x, inputs)
        return self.reference(wide, weights, **{**case.made(), **case.call})

    def _compare(self, found: Any, expected: Any, case: Case) -> None:
        got, wanted = tree.flatten(found), tree.flatten(expected)
        assert len(got) == len(wanted), case
        for one, other in zip(got, wanted, strict=True):
            one = np.asarray(one)
            assert one.shape == np.shape(other), f"{case}: got shape {one.shape}, expected {np.shape(other)}"
            np.testing.assert_allclose(one, other, rtol=self.tolerance, atol=self.tolerance, err_msg=str(case))

    def _finite_differences(self, layer: Layer, case: Case, inputs: Any, factors: list[np.ndarray]) -> list[np.ndarray]:
        """Derivatives of the sum of ``reference * factors`` by trainable weights and float inputs."""
        weights = [w.astype("float64") for w in layer.get_weights()]
        trained = [index for index, v in enumerate(layer.weights) if v.trainable]
        floats = [x.astype("float64") for x in tree.flatten(inputs) if x.dtype.kind == "f"]

        def loss() -> float:
            outputs = tree.flatten(self._expected(layer, case, _replaced(inputs, floats), weights))
            return float(sum(np.sum(y * f) for y, f in zip(outputs, factors, strict=True)))

        return [_slopes(loss, array) for array in [*(weights[index] for index in trained), *floats]]


def _needs_train() -> None:
    if "train" not in backend.active().capabilities:
        pytest.skip("the backend has no gradients")


def _build(layer: Layer, case: Case, inputs: Any) -> None:
    """Make the weights, by a symbolic call, which compiles nothing."""
    given = {name: tree.map_structure(_stand_in, value) for name, value in case.call.items() if name != "training"}
    layer(tree.map_structure(_stand_in, inputs), **given)


def _stand_in(value: Any) -> Any:
    return KerasTensor(value.shape, str(value.dtype)) if isinstance(value, np.ndarray) else value


def _called(layer: Layer, case: Case, inputs: Any) -> Any:
    """The outputs: by one program where each eager op would be compiled for its shapes, else op by op."""
    active = backend.active()
    if "static-shapes" not in active.capabilities:
        return layer(inputs, **case.call)

    def call(*arrays: Any) -> Any:
        return layer(tree.pack_sequence_as(inputs, arrays), **case.call)

    return Staged(call, layer.variables, active)(*tree.flatten(inputs))


def _training_step(layer: Layer, case: Case, inputs: Any, factors: list[np.ndarray]) -> Callable[..., Any]:
    """A step of gradient descent on the sum of outputs times factors: the loss, and its gradients before the step."""
    variables = layer.trainable_weights

    def loss(*given: Any) -> Any:
        found = tree.flatten(layer(_replaced(inputs, given), **case.call))
        weighted = [ops.sum(y * f.astype("float32")) for y, f in zip(found, factors, strict=True)]
        return sum(weighted[1:], weighted[0])

    def step(*arrays: Any) -> Any:
        value, slopes = gradients(loss, [*variables, *arrays])
        for variable, slope in zip(variables, slopes, strict=False):
            if slope is not None:
                variable.assign(variable - 1e-3 * slope)
        return value, slopes

    return step


def _inputs(case: Case, dtype: str) -> Any:
    rng = np.random.default_rng(11)

    def make(spec: Any) -> np.ndarray:
        if isinstance(spec, np.ndarray):
            return spec.astype(dtype) if spec.dtype.kind == "f" else spec
        drawn: np.ndarray = rng.normal(size=spec).astype(dtype)
        return drawn

    return [make(spec) for spec in case.inputs] if isinstance(case.inputs, list) else make(case.inputs)


def _random_weight(rng: np.random.Generator, name: str, shape: Sequence[int]) -> np.ndarray:
    values = rng.uniform(0.2, 0.8, size=shape)
    return values if "variance" in name else values * rng.choice([-1, 1], size=shape)


def _replaced(inputs: Any, floats: Sequence[Any]) -> Any:
    """`inputs` with its float arrays replaced in order."""
    queue = iter(floats)
    return tree.map_structure(lambda x: next(queue) if x.dtype.kind == "f" else x, inputs)


def _slopes(loss: Callable[[], float], array: np.ndarray) -> np.ndarray:
    """Central differences of `loss` by each element of `array`, which is changed in place and restored."""
    slopes = np.zeros_like(array)
    for index in np.ndindex(array.shape):
        value = array[index]
        array[index] = value + _EPSILON
        above = loss()
        array[index] = value - _EPSILON
        slopes[index] = (above - loss()) / (2 * _EPSILON)
        array[index] = value
    return slopes


def _symbol(array: np.ndarray) -> KerasTensor:
    return KerasTensor((None, *array.shape[1:]), str(array.dtype))


def _shapes(inputs: Any) -> Any:
    return [x.shape for x in inputs] if isinstance(inputs, list) else inputs.shape


def _unknown_batch(shape: Sequence[int | None]) -> tuple[int | None, ...]:
    return (None, *shape[1:])


def _as_tuples(shape: Any) -> Any:
    return tuple(map(_as_tuples, shape)) if isinstance(shape, (list, tuple)) else shape


def _names(variables: Sequence[Any], arrays: Sequence[Any]) -> list[str]:
    return [v.path for v in variables] + [f"input {k}" for k in range(len(arrays))]


def _without_build(config: Any) -> Any:
    """A config without the shapes that nested layers were built with, lists as tuples."""
    if isinstance(config, Mapping):
        return {k: _without_build(v) for k, v in config.items() if k != "build_config"}
    return tuple(map(_without_build, config)) if isinstance(config, (list, tuple)) else config
