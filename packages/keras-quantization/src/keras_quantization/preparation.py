"""From a layer's weights to quantized ones."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np
from keras_core import ops

from keras_quantization.abs_max import abs_max_of_array
from keras_quantization.float8_weight import Float8Weight
from keras_quantization.group_rounding import Rounded, to_nearest
from keras_quantization.grouped_weight import GroupedWeight
from keras_quantization.int4_packing import packed_array
from keras_quantization.int4_weight import Int4Weight, matrix_axes, packing_axis
from keras_quantization.quantization_config import Int4QuantizationConfig, Int8QuantizationConfig
from keras_quantization.quantized_weight import Int8Weight, QuantizedWeight
from keras_quantization.recipes import Recipe, recipes_of
from keras_quantization.zero_points import INT4, grouped_with_zero_point

if TYPE_CHECKING:
    from collections.abc import Callable

    from keras_core import Layer, Variable

    _Compute: TypeAlias = Callable[[np.ndarray], dict[str, np.ndarray]]


class _Policy(Protocol):
    compute_dtype: str
    variable_dtype: str

    @property
    def quantization_mode(self) -> Any: ...


class _BlockPolicy(_Policy, Protocol):
    block_size: int


class _HistoryPolicy(_Policy, Protocol):
    amax_history_length: int


class _GroupPolicy(_Policy, Protocol):
    weight_bits: int
    group_size: int


class Parts:
    """Arrays that a weight becomes, computed when the first of them is needed.

    Args:
        weight: the weight of floats.
        compute: gives the arrays by name.
        may_wait: whether that may be done at any time, also while a program is staged: not by a quantizer that users
            give, which computes with ops. Defaults to True.
    """

    def __init__(self, weight: Variable, compute: _Compute, may_wait: bool = True) -> None:
        self._weight: Variable | None = weight
        self._compute = compute
        self._arrays: dict[str, np.ndarray] = {}
        self.may_wait = may_wait

    def array(self, name: str) -> np.ndarray:
        """One of the arrays.

        Args:
            name: its name.
        """
        if self._weight is not None:
            self._arrays, self._weight = self._compute(self._weight.numpy()), None
        return self._arrays[name]


class PartInitializer:
    """Gives a variable one of the arrays of `Parts`.

    Args:
        parts: the arrays.
        name: which one.
    """

    def __init__(self, parts: Parts, name: str) -> None:
        self.parts = parts
        self.name = name

    def may_wait(self, dtype: str) -> bool:
        """Whether the array may be computed when it is needed.

        Args:
            dtype: of the variable.
        """
        return self.parts.may_wait

    def __call__(self, shape: tuple[int, ...], dtype: str | None = None) -> np.ndarray:
        array = self.parts.array(self.name)
        return array.reshape(shape).astype(array.dtype if dtype is None else dtype)


def prepare(layer: Layer, policy: _Policy) -> None:
    """Let quantized weights stand for the weights that a layer has.

    Args:
        layer: a layer that is built, or has just made its weights.
        policy: says how.
    """
    for recipe in recipes_of(layer, policy.quantization_mode):
        _PREPARED[policy.quantization_mode](layer, recipe, policy)


def add_part(
    layer: Layer, weight: Variable, name: str, shape: tuple[int, ...], dtype: str, parts: Parts, trainable: bool = False
) -> Variable:
    """A weight of a layer that is made of another weight.

    Args:
        layer: the layer.
        weight: the other weight.
        name: the new weight's name.
        shape: its shape.
        dtype: its dtype.
        parts: the array of that name.
        trainable: whether training changes it. Defaults to False.
    """
    initializer: Any = PartInitializer(parts, name)
    part = layer.add_weight(
        name=name, shape=shape, dtype=dtype, initializer=initializer, trainable=trainable, autocast=False
    )
    prefix = weight.path.rpartition("/")[0]
    part.path = f"{prefix}/{name}" if prefix else name
    return part


def _replace(
    layer: Layer, operand: QuantizedWeight, weight: Variable, parts: list[Variable], compute: _Compute, in_place: int
) -> None:
    """Let an operand stand for a weight, and tell it of what it is made; some parts come in its place in files."""
    operand.name, operand.path = operand.recipe.attribute, weight.path
    operand.parts = {part.name: part for part in parts}
    operand.quantized = compute
    layer.replace_weight(operand.recipe.attribute, operand, parts, in_place)


def _int8(layer: Layer, recipe: Recipe, policy: _Policy) -> None:
    weight = vars(layer)[recipe.attribute]
    config = layer.quantization_config or Int8QuantizationConfig()
    name, scale_name = recipe.attribute, f"{recipe.attribute}_scale"

    def compute(values: np.ndarray) -> dict[str, np.ndarray]:
        if config.weight_quantizer is None:
            integers, scale = abs_max_of_array(values, recipe.summed)
        else:
            integers, scale = map(ops.convert_to_numpy, config.weight_quantizer(values, axis=recipe.summed))
        order = [axis for axis in recipe.layout if axis is not None]
        compact = np.squeeze(scale, recipe.summed)
        kept = sorted(order)
        return {name: integers, scale_name: np.transpose(compact, [kept.index(axis) for axis in order])}

    parts = Parts(weight, compute, config.weight_quantizer is None)
    shape = tuple(1 if axis is None else weight.shape[axis] for axis in recipe.layout)
    integers = add_part(layer, weight, name, weight.shape, "int8", parts)
    scale = add_part(layer, weight, scale_name, shape, policy.variable_dtype, parts)
    operand = Int8Weight(integers, scale, policy.compute_dtype, recipe, config.activation_quantizer)
    _replace(layer, operand, weight, [integers, scale], compute, 2 if recipe.beside else 1)


def _int4(layer: Layer, recipe: Recipe, policy: _BlockPolicy) -> None:
    weight = vars(layer)[recipe.attribute]
    block = policy.block_size
    config = layer.quantization_config or Int4QuantizationConfig(block_size=block)
    _, axis = matrix_axes(recipe, len(weight.shape))
    summed = [weight.shape[one] for one in recipe.summed]
    length, count = math.prod(summed), math.prod(weight.shape) // math.prod(summed)
    name = recipe.attribute

    def compute(values: np.ndarray) -> dict[str, np.ndarray]:
        matrix = values.reshape((count, length) if axis else (length, count))
        found: dict[str, np.ndarray] = {}
        if block > 0:
            turned = matrix.T if axis else matrix
            parts = (part.T if axis else part for part in grouped_with_zero_point(turned, block, around_zero=True))
            integers, found[f"{name}_scale"], found[f"{name}_zero"] = parts
        elif config.weight_quantizer is None:
            integers, scale = abs_max_of_array(matrix, axis, INT4)
            found[f"{name}_scale"] = np.squeeze(scale, axis)
        else:
            integers, scale = map(ops.convert_to_numpy, config.weight_quantizer(matrix, axis=axis))
            found[f"{name}_scale"] = np.squeeze(scale, axis)
        found["g_idx"] = np.arange(length) // (block if block > 0 else length)
        found[name] = packed_array(np.ascontiguousarray(integers), packing_axis(recipe))
        return found

    parts = Parts(weight, compute, config.weight_quantizer is None)
    rows, columns = (count, length) if axis else (length, count)
    halved = ((rows + 1) // 2, columns) if packing_axis(recipe) == 0 else (rows, (columns + 1) // 2)
    packed = add_part(layer, weight, name, halved, "int8", parts)
    added, zero = [packed], None
    if block > 0:
        groups = -(-length // block)
        shape = (count, groups) if axis else (groups, count)
        scale = add_part(layer, weight, f"{name}_scale", shape, policy.variable_dtype, parts)
        first = not hasattr(layer, "g_idx")
        zero = add_part(layer, weight, f"{name}_zero", shape, "int8" if first else policy.variable_dtype, parts)
        added += [scale, zero]
        if first:  # which files of Keras 3 hold, and which follows from the block size
            layer.g_idx = add_part(layer, weight, "g_idx", (length,), policy.variable_dtype, parts)
            added.append(layer.g_idx)
    else:
        scale = add_part(layer, weight, f"{name}_scale", (count,), policy.variable_dtype, parts)
        added.append(scale)
    operand = Int4Weight(
        packed,
        scale,
        zero,
        block if block > 0 else None,
        weight.shape,
        policy.compute_dtype,
        recipe,
        config.activation_quantizer,
    )
    _replace(layer, operand, weight, added, compute, len(added) if recipe.beside else 1)


def _float8(layer: Layer, recipe: Recipe, policy: _HistoryPolicy) -> None:
    weight = vars(layer)[recipe.attribute]
    prefix = weight.path.rpartition("/")[0]
    pairs = []
    for name in ("inputs", recipe.attribute, "outputs_grad"):
        pair = []
        for part, shape, initial in (("scale", (), "ones"), ("amax_history", (policy.amax_history_length,), "zeros")):
            variable = layer.add_weight(shape, initial, "float32", autocast=False, name=f"{name}_{part}")
            variable.path = f"{prefix}/{variable.name}" if prefix else variable.name
            variable.trainable = name == "outputs_grad"
            variable.overwrite_with_gradient = variable.trainable
            pair.append(variable)
        pairs.append((pair[0], pair[1]))
    parts = [weight, *(variable for pair in pairs for variable in pair)]
    layer.replace_weight(recipe.attribute, Float8Weight(weight, *pairs), parts)


def add_grouped(
    layer: Layer, recipe: Recipe, policy: _GroupPolicy, rounding: Callable[[np.ndarray], Rounded] | None = None
) -> None:
    """Let a rounded matrix stand for a weight.

    Args:
        layer: the layer.
        recipe: how the weight is quantized.
        policy: says bits and groups.
        rounding: gives it for the matrix of inputs and outputs; None rounds to the nearest. Defaults to None.
    """
    weight = vars(layer)[recipe.attribute]
    bits, size = policy.weight_bits, policy.group_size
    order, _ = matrix_axes(recipe, len(weight.shape))
    inputs = math.prod(weight.shape[axis] for axis in recipe.summed)
    outputs = math.prod(weight.shape) // inputs
    count = 1 if size < 1 else -(-inputs // size)
    name = recipe.attribute

    def nearest(matrix: np.ndarray) -> Rounded:
        return to_nearest(matrix, bits, size)

    def compute(values: np.ndarray, rounding: Callable[[np.ndarray], Rounded] = nearest) -> dict[str, np.ndarray]:
        found = rounding(np.transpose(values, order).reshape(inputs, outputs))
        integers = np.ascontiguousarray(found.integers.T.astype("uint8"))
        return {
            name: packed_array(integers, 0, "uint8") if bits == 4 else integers,
            f"{name}_scale": found.scale.T,
            f"{name}_zero": found.zero.T,
            "awq_scales": np.ones(inputs) if found.input_scale is None else found.input_scale,
            "g_idx": found.groups,
        }

    parts = Parts(weight, lambda values: compute(values, rounding or nearest))
    shapes: dict[str, tuple[tuple[int, ...], str]] = {
        name: (((outputs + 1) // 2 if bits == 4 else outputs, inputs), "uint8"),
        f"{name}_scale": ((outputs, count), policy.variable_dtype),
        f"{name}_zero": ((outputs, count), "uint8"),
        "awq_scales": ((inputs,), policy.variable_dtype),
        "g_idx": ((inputs,), policy.variable_dtype),
    }
    if policy.quantization_mode != "awq":
        del shapes["awq_scales"]
    made = {key: add_part(layer, weight, key, *shape, parts) for key, shape in shapes.items()}
    operand = GroupedWeight(
        made[name],
        made[f"{name}_scale"],
        made[f"{name}_zero"],
        made["g_idx"],
        made.get("awq_scales"),
        bits,
        weight.shape,
        policy.compute_dtype,
        recipe,
    )
    _replace(layer, operand, weight, list(made.values()), compute, 0)


_PREPARED: dict[str, Callable[[Layer, Recipe, Any], None]] = {
    "int8": _int8,
    "int4": _int4,
    "float8": _float8,
    "gptq": add_grouped,
    "awq": add_grouped,
}
