"""Cases of activations, normalization, cross-entropies and recurrent ops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from keras_conformance.cases.elementwise import unary

if TYPE_CHECKING:
    from keras_conformance.inputs import Case, Inputs


def _with(**options: tuple[Any, ...]) -> Case:
    def case(draw: Inputs) -> dict[str, Any]:
        return {"x": draw.floats(draw.shape(), -3, 3), **{name: draw.pick(*values) for name, values in options.items()}}

    return case


def _along_axis(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(1, 3)
    return {"x": draw.floats(shape), "axis": draw.axis(len(shape))}


def _glu(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats((draw.size(), 4)), "axis": -1}


def _one_hot(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(0, 2)
    return {"x": draw.ints(shape, -1, 3), "num_classes": 4, "axis": draw.axis(len(shape) + 1)}


def _multi_hot(draw: Inputs) -> dict[str, Any]:
    return {"inputs": draw.ints(draw.shape(1, 2), 0, 3), "num_classes": 4}


def _normalize(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats(draw.shape(2, 3)), "axis": draw.pick(0, -1), "order": draw.pick(1, 2, 3)}


def _moments(draw: Inputs) -> dict[str, Any]:
    return {"x": draw.floats(draw.shape(2, 3)), "axes": draw.pick(0, (0, 1), [1]), "keepdims": draw.pick(True, False)}


def _normalize_batch(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(2, 4)
    axis = draw.axis(len(shape))
    vectors = {name: draw.pick(None, draw.floats((shape[axis],))) for name in ("offset", "scale")}
    return {"x": draw.floats(shape), "axis": axis, **vectors, "epsilon": 0.1}


def _batch_normalization(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(2, 4)
    axis = draw.axis(len(shape))
    width = (shape[axis],)
    return {
        "x": draw.floats(shape),
        "mean": draw.floats(width),
        "variance": draw.floats(width, 0.5, 2),
        "axis": axis,
        "offset": draw.pick(None, draw.floats(width)),
        "scale": draw.pick(None, draw.floats(width)),
    }


def _layer_normalization(draw: Inputs) -> dict[str, Any]:
    shape = tuple(draw.size(2, 4) for _ in range(3))
    axis = draw.pick(-1, 1, (1, 2))
    width = [shape[k] for k in ((axis,) if isinstance(axis, int) else axis)]
    return {
        "x": draw.distinct(shape),
        "gamma": draw.pick(None, draw.floats(width)),
        "beta": draw.pick(None, draw.floats(width)),
        "axis": axis,
        "epsilon": 1e-3,
    }


def _rms_normalization(draw: Inputs) -> dict[str, Any]:
    shape = draw.shape(2, 3)
    return {"x": draw.floats(shape), "scale": draw.pick(None, draw.floats(shape[-1:])), "axis": -1, "epsilon": 1e-3}


def _probabilities(draw: Inputs, shape: tuple[int, ...]) -> Any:
    powers = np.exp(draw.floats(shape))
    return (powers / powers.sum(-1, keepdims=True)).astype("float32")


def _binary_crossentropy(draw: Inputs) -> dict[str, Any]:
    shape, logits = draw.shape(1, 2), draw.pick(True, False)
    output = draw.floats(shape) if logits else draw.floats(shape, 0.05, 0.9)
    return {"target": draw.bools(shape).astype("float32"), "output": output, "from_logits": logits}


def _categorical_crossentropy(draw: Inputs) -> dict[str, Any]:
    shape, logits = (draw.size(), draw.size(2, 4)), draw.pick(True, False)
    output = draw.floats(shape) if logits else _probabilities(draw, shape)
    return {"target": _probabilities(draw, shape), "output": output, "from_logits": logits}


def _sparse_categorical_crossentropy(draw: Inputs) -> dict[str, Any]:
    shape, logits = (draw.size(), draw.size(2, 4)), draw.pick(True, False)
    output = draw.floats(shape) if logits else _probabilities(draw, shape)
    target = draw.ints(draw.pick(shape[:1], (shape[0], 1)), 0, shape[1] - 1)
    return {"target": target, "output": output, "from_logits": logits}


def _attention(draw: Inputs) -> dict[str, Any]:
    batch, steps, heads, depth = draw.size(1, 2), draw.size(2, 3), 2, draw.size(1, 3)
    return {
        "query": draw.floats((batch, steps, heads, depth)),
        "key": draw.floats((batch, steps, draw.pick(1, 2), depth)),
        "value": draw.floats((batch, steps, 2, depth)),
        "is_causal": draw.pick(True, False),
    }


def _same_key_heads(draw: Inputs) -> dict[str, Any]:
    arguments = _attention(draw)
    heads = arguments["key"].shape[2]
    return {**arguments, "value": arguments["value"][:, :, :heads]}


def _mask(draw: Inputs, batch: int, steps: int) -> Any:
    return draw.pick(None, draw.bools((batch, steps)))


def _recurrent(gates: int, states: tuple[str, ...]) -> Case:
    def case(draw: Inputs) -> dict[str, Any]:
        batch, steps, features, units = draw.size(1, 2), draw.size(1, 3), draw.size(1, 3), draw.size(1, 3)
        width = gates * units
        arguments: dict[str, Any] = {"inputs": draw.floats((batch, steps, features))}
        arguments.update({state: draw.floats((batch, units)) for state in states})
        arguments["kernel"] = draw.floats((features, width), -1, 1)
        arguments["recurrent_kernel"] = draw.floats((units, width), -1, 1)
        bias_shape: tuple[int, ...] = (width,)
        if gates == 3:
            arguments["reset_after"] = draw.pick(True, False)
            bias_shape = (2, width) if arguments["reset_after"] else (width,)
        arguments["bias"] = draw.pick(None, draw.floats(bias_shape))
        arguments["mask"] = _mask(draw, batch, steps)
        arguments["go_backwards"] = draw.pick(False, True)
        return arguments

    return case


def _ctc_loss(draw: Inputs) -> dict[str, Any]:
    batch, steps, labels = draw.size(1, 2), draw.size(4, 6), draw.size(1, 2)
    return {
        "target": draw.ints((batch, labels), 1, 2),
        "output": draw.floats((batch, steps, 3)),
        "target_length": draw.ints((batch,), 0, labels),
        "output_length": draw.ints((batch,), 4, steps),
    }


def _ctc_decode(draw: Inputs) -> dict[str, Any]:
    batch, steps = draw.size(1, 2), draw.size(1, 4)
    return {
        "inputs": draw.floats((batch, steps, 3)),
        "sequence_lengths": draw.ints((batch,), 1, steps),
        "strategy": draw.pick("greedy", "beam_search"),
        "beam_width": 5,
        "top_paths": 2,
        "merge_repeated": draw.pick(True, False),
        "mask_index": draw.pick(0, 2),
    }


CASES: dict[str, Case] = {
    "ctc_loss": _ctc_loss,
    "ctc_decode": _ctc_decode,
    **{
        name: unary(-3, 3, ints=False)
        for name in [
            "relu6",
            "sigmoid",
            "softplus",
            "selu",
            "softsign",
            "log_sigmoid",
            "silu",
            "swish",
            "mish",
            "hard_sigmoid",
            "hard_silu",
            "hard_swish",
            "hard_tanh",
            "tanh_shrink",
            "sparse_plus",
            "sparse_sigmoid",
        ]
    },
    "relu": unary(-3, 3),
    "leaky_relu": _with(negative_slope=(0.2, 0.0)),
    "elu": _with(alpha=(1.0, 0.5)),
    "celu": _with(alpha=(1.0, 0.5)),
    "soft_shrink": _with(threshold=(0.5, 1.0)),
    "hard_shrink": _with(threshold=(0.5, 1.0)),
    "threshold": _with(threshold=(0.5,), default_value=(0.0, 2.0)),
    "squareplus": _with(b=(4, 1)),
    "gelu": _with(approximate=(True, False)),
    "glu": _glu,
    "softmax": _along_axis,
    "log_softmax": _along_axis,
    "sparsemax": _along_axis,
    "one_hot": _one_hot,
    "multi_hot": _multi_hot,
    "normalize": _normalize,
    "moments": _moments,
    "batch_normalization": _batch_normalization,
    "normalize_batch": _normalize_batch,
    "layer_normalization": _layer_normalization,
    "rms_normalization": _rms_normalization,
    "binary_crossentropy": _binary_crossentropy,
    "categorical_crossentropy": _categorical_crossentropy,
    "sparse_categorical_crossentropy": _sparse_categorical_crossentropy,
    "dot_product_attention": _same_key_heads,
    "simple_rnn": _recurrent(1, ("initial_h",)),
    "lstm": _recurrent(4, ("initial_h", "initial_c")),
    "gru": _recurrent(3, ("initial_h",)),
}
