"""More models of `peer_models`: the layers of pictures and numbers, and what not every peer has."""

from __future__ import annotations

from typing import Any

from peer_models import MODELS, _dense, _model, _stack

# --- convolutions ---------------------------------------------------------------------------------

_stack("conv1d_transpose", (6, 3), lambda L: L.Conv1DTranspose(4, 3, strides=2, padding="same"), _dense())
_stack("conv2d_transpose", (4, 5, 3), lambda L: L.Conv2DTranspose(4, 3, strides=2), _dense())
_stack("conv3d_transpose", (3, 3, 3, 2), lambda L: L.Conv3DTranspose(2, 2, strides=2, padding="same"), _dense())
_stack("depthwise_conv1d", (7, 3), lambda L: L.DepthwiseConv1D(3, depth_multiplier=2), _dense())
_stack("depthwise_conv2d", (6, 6, 3), lambda L: L.DepthwiseConv2D(3, strides=2, padding="same"), _dense())
_stack("separable_conv1d", (7, 3), lambda L: L.SeparableConv1D(4, 3, activation="relu"), _dense())
_stack("separable_conv2d", (6, 6, 3), lambda L: L.SeparableConv2D(4, 3, depth_multiplier=2), _dense())
_stack("grouped_conv2d", (6, 6, 4), lambda L: L.Conv2D(4, 3, groups=2), _dense())
for _n, _shape in ((1, (3, 5, 2)), (2, (3, 5, 5, 2)), (3, (2, 4, 4, 4, 2))):
    _stack(
        f"conv_lstm{_n}d",
        _shape,
        lambda L, n=_n: getattr(L, f"ConvLSTM{n}D")(2, 2, recurrent_activation="sigmoid"),
        _dense(),
    )
    _shape = (6,) * _n + (2,)
    for _layer in ("AdaptiveAveragePooling", "AdaptiveMaxPooling"):
        _stack(f"{_layer.lower()}{_n}d", _shape, lambda L, l=f"{_layer}{_n}D": getattr(L, l)(2), _dense())

# --- normalization --------------------------------------------------------------------------------

_stack("group_normalization", (4, 4, 6), lambda L: L.GroupNormalization(3), _dense())
_stack("rms_normalization", (5,), _dense(4), lambda L: L.RMSNormalization(), _dense())
_stack("unit_normalization", (5,), _dense(4), lambda L: L.UnitNormalization(), _dense())
_stack("spectral_normalization", (5,), lambda L: L.SpectralNormalization(L.Dense(4)), _dense(), random=True)
_stack("identity", (5,), _dense(4), lambda L: L.Identity(), _dense())

# --- numbers and pictures -------------------------------------------------------------------------

_stack("rescaling", (4, 4, 3), lambda L: L.Rescaling(0.5, offset=-1.0), _dense())
_stack("resizing", (4, 6, 3), lambda L: L.Resizing(3, 5), _dense())
_stack("center_crop", (6, 6, 3), lambda L: L.CenterCrop(4, 3), _dense())
_stack("normalization", (3,), lambda L: L.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 9.0]), _dense())
_stack(
    "embedding_of_bins", (3,), lambda L: L.Discretization(bin_boundaries=[-0.5, 0.0, 0.5]), lambda L: L.Embedding(4, 2)
)
_stack("category_encoding", (3,), lambda L: L.CategoryEncoding(10, output_mode="multi_hot"), _dense(), dtype="int32")
for _layer, _arguments in {
    "RandomFlip": {},
    "RandomRotation": {"factor": 0.1},
    "RandomZoom": {"height_factor": 0.1},
    "RandomContrast": {"factor": 0.1},
    "RandomTranslation": {"height_factor": 0.1, "width_factor": 0.1},
    "RandomBrightness": {"factor": 0.1},
    "RandomCrop": {"height": 3, "width": 3},
}.items():
    _stack(_layer.lower(), (4, 4, 3), lambda L, l=_layer, a=_arguments: getattr(L, l)(**a), _dense(), random=True)


@_model
def adapted_normalization(keras: Any) -> Any:
    """Mean and variance that data had."""
    import numpy as np

    layer = keras.layers.Normalization()
    layer.adapt(np.arange(12.0, dtype="float32").reshape(4, 3))
    return keras.Sequential([keras.Input((3,)), layer, keras.layers.Dense(2)])


# --- what not every peer has ----------------------------------------------------------------------

_IN_KERAS_3_ALONE = (
    "activation_leaky_relu activation_relu6 activation_log_softmax activation_silu leaky_relu relu_layer arithmetic "
    "layer_as_activation multi_head_gate multi_head_window grouped_query_gate grouped_query_attention mixed_layers "
    "mixed_policies optimizer_loss_scale rms_normalization named_ends batch_renormalization multi_head_dropout "
    "spectral_normalization strings_embedding"
)
IN_KERAS_3_ALONE = {*_IN_KERAS_3_ALONE.split()} | {name for name in MODELS if name.startswith(("adaptive", "low_rank"))}
