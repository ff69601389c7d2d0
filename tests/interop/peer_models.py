"""Small models that this Keras and upstream Keras both build, from one description.

Each entry of `MODELS` takes the `keras` module and returns a model. They cover every layer that both
have; `OPTIMIZERS` cover their state. Only spellings that both know are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

MODELS: dict[str, Callable[[Any], Any]] = {}
RANDOM: set[str] = set()  # models whose training draws random numbers, so that only files are compared
UNTRAINED: set[str] = set()  # models without gradients
BATCH = 4
WORDS = ["red", "blue car", "red car", "green", "red"]


def double(x: Any) -> Any:
    """The function of the Lambda layers; each side passes it when loading."""
    return x * 2.0


def _stack(name: str, shape: tuple[int | None, ...], *layers: Callable[[Any], Any], **extra: Any) -> None:
    """A Sequential model: an input of this shape, and what each function makes of `keras.layers`."""

    def build(keras: Any) -> Any:
        dtype = extra.get("dtype")
        start = keras.Input(shape, dtype=dtype, batch_size=extra.get("batch_size"))
        return keras.Sequential([start, *(make(keras.layers) for make in layers)])

    MODELS[name] = build
    if extra.get("random"):
        RANDOM.add(name)


def _model(build: Callable[[Any], Any]) -> Callable[[Any], Any]:
    MODELS[build.__name__] = build
    return build


_dense = lambda units=3: lambda L: L.Dense(units)

# --- core -----------------------------------------------------------------------------------------

for _name in [
    "relu",
    "elu",
    "selu",
    "gelu",
    "softplus",
    "softsign",
    "tanh",
    "sigmoid",
    "hard_sigmoid",
    "exponential",
    "linear",
    "silu",
    "softmax",
    "leaky_relu",
    "relu6",
    "mish",
    "log_softmax",
]:
    _stack(f"activation_{_name}", (5,), lambda L, a=_name: L.Dense(4, activation=a), _dense())
_stack("activation_layer", (5,), _dense(), lambda L: L.Activation("tanh"))
_stack("dense_without_bias", (5,), lambda L: L.Dense(4, use_bias=False), _dense())
_stack("dense_on_sequences", (3, 5), lambda L: L.Dense(4, activation="relu"))
_stack("dropout", (5,), _dense(6), lambda L: L.Dropout(0.4, seed=3), _dense(), random=True)
_stack("flatten", (3, 4), lambda L: L.Flatten(), _dense())
_stack("reshape", (12,), lambda L: L.Reshape((3, -1)), _dense())
_stack("permute", (3, 4), lambda L: L.Permute((2, 1)), _dense())
_stack("repeat_vector", (4,), lambda L: L.RepeatVector(3), _dense())
_stack("lambda_layer", (4,), _dense(), lambda L: L.Lambda(double))
_stack("embedding", (6,), lambda L: L.Embedding(10, 4), lambda L: L.Flatten(), _dense(), dtype="int32")
_stack("masked_embedding", (6,), lambda L: L.Embedding(10, 4, mask_zero=True), lambda L: L.GRU(3), dtype="int32")
_stack("masking", (4, 3), lambda L: L.Masking(0.0), lambda L: L.LSTM(3))

# --- convolutions, pooling, shapes of images ------------------------------------------------------

_stack("conv1d", (8, 3), lambda L: L.Conv1D(4, 3, padding="same", activation="relu"), lambda L: L.Conv1D(2, 2))
_stack("conv1d_causal", (8, 3), lambda L: L.Conv1D(4, 3, padding="causal", dilation_rate=2))
_stack("conv2d", (7, 6, 3), lambda L: L.Conv2D(4, 3, strides=2, padding="same"), lambda L: L.Conv2D(2, (2, 1)))
_stack("conv2d_dilated", (9, 9, 2), lambda L: L.Conv2D(3, 3, dilation_rate=(2, 1), use_bias=False))
_stack("conv3d", (5, 5, 5, 2), lambda L: L.Conv3D(3, 2, strides=(1, 2, 1), padding="same"))
for _n, _shape in ((1, (6, 2)), (2, (6, 6, 2)), (3, (6, 6, 6, 2))):
    for _layer in (
        f"ZeroPadding{_n}D UpSampling{_n}D Cropping{_n}D GlobalMaxPooling{_n}D GlobalAveragePooling{_n}D"
    ).split():
        _stack(_layer.lower(), _shape, lambda L, n=_layer: getattr(L, n)(), _dense())
    for _layer in (f"MaxPooling{_n}D", f"AveragePooling{_n}D"):
        _stack(_layer.lower(), _shape, lambda L, n=_layer: getattr(L, n)(2), _dense())
    _stack(
        f"spatialdropout{_n}d", _shape, lambda L, n=_n: getattr(L, f"SpatialDropout{n}D")(0.3), _dense(), random=True
    )
_stack("upsampling2d_bilinear", (3, 4, 2), lambda L: L.UpSampling2D((2, 3), interpolation="bilinear"), _dense())
_stack("maxpooling2d_same", (5, 7, 2), lambda L: L.MaxPooling2D(3, strides=2, padding="same"), _dense())
_stack("averagepooling2d_same", (5, 7, 2), lambda L: L.AveragePooling2D(3, strides=2, padding="same"), _dense())
_stack("zeropadding2d_uneven", (4, 4, 2), lambda L: L.ZeroPadding2D(((1, 2), (0, 3))), _dense())

# --- normalization, activation layers, noise ------------------------------------------------------

_stack("batch_normalization", (5,), _dense(), lambda L: L.BatchNormalization(momentum=0.8), _dense(2))
_stack(
    "batch_normalization_plain", (4, 4, 3), lambda L: L.BatchNormalization(axis=1, center=False, scale=False), _dense()
)
_stack(
    "batch_renormalization",
    (5,),
    _dense(),
    lambda L: L.BatchNormalization(renorm=True, renorm_clipping={"rmax": 1.5, "dmax": 0.5}, renorm_momentum=0.7),
    _dense(2),
)
_stack("layer_normalization", (3, 5), lambda L: L.LayerNormalization(epsilon=1e-4), _dense())
_stack("layer_normalization_axes", (3, 5), lambda L: L.LayerNormalization(axis=(1, 2), center=False), _dense())
_stack("leaky_relu", (5,), _dense(), lambda L: L.LeakyReLU(negative_slope=0.2))
_stack("prelu", (4, 5), lambda L: L.Dense(3), lambda L: L.PReLU(shared_axes=[1]))
_stack("elu", (5,), _dense(), lambda L: L.ELU(alpha=0.5))
_stack("relu_layer", (5,), _dense(), lambda L: L.ReLU(max_value=2.0, negative_slope=0.1, threshold=0.1))
_stack("softmax_layer", (4, 5), _dense(), lambda L: L.Softmax(axis=1))
_stack("layer_as_activation", (5,), lambda L: L.Dense(4, activation=L.LeakyReLU(negative_slope=0.3)), _dense())
_stack("gaussian_noise", (5,), lambda L: L.GaussianNoise(0.1), _dense(), random=True)
_stack("gaussian_dropout", (5,), lambda L: L.GaussianDropout(0.2), _dense(), random=True)
_stack("alpha_dropout", (5,), lambda L: L.AlphaDropout(0.2), _dense(), random=True)
_stack("activity_regularization", (5,), lambda L: L.ActivityRegularization(l2=0.1), _dense())

# --- recurrent ------------------------------------------------------------------------------------

for _cell in ("SimpleRNN", "LSTM", "GRU"):
    _make = lambda n, **k: lambda L: getattr(L, n)(3, **k)
    _stack(f"{_cell.lower()}", (5, 2), _make(_cell, return_sequences=True), _make(_cell, go_backwards=True))
    _stack(f"{_cell.lower()}_cell", (5, 2), lambda L, n=_cell: L.RNN(getattr(L, f"{n}Cell")(3)))
    _stack(f"{_cell.lower()}_dropout", (5, 2), _make(_cell, dropout=0.2, recurrent_dropout=0.3), _dense(), random=True)
    _stack(f"{_cell.lower()}_stateful", (5, 2), _make(_cell, stateful=True), _dense(), batch_size=BATCH)
    _stack(f"bidirectional_{_cell.lower()}", (5, 2), lambda L, n=_cell: L.Bidirectional(getattr(L, n)(3)), _dense())
_stack("lstm_options", (5, 2), lambda L: L.LSTM(3, activation="relu", use_bias=False, unit_forget_bias=False))
_stack("gru_reset_before", (5, 2), lambda L: L.GRU(3, reset_after=False, recurrent_activation="tanh"))
_stack("unrolled", (4, 2), lambda L: L.LSTM(3, unroll=True))
_stack("stacked_cells", (5, 2), lambda L: L.RNN([L.LSTMCell(3), L.GRUCell(2)], return_sequences=True))
_stack("stacked_cells_layer", (5, 2), lambda L: L.RNN(L.StackedRNNCells([L.SimpleRNNCell(3), L.LSTMCell(2)])))
for _mode in ("sum", "mul", "ave"):
    _stack(
        f"bidirectional_{_mode}",
        (5, 2),
        lambda L, m=_mode: L.Bidirectional(L.LSTM(3, return_sequences=True), merge_mode=m),
        _dense(),
    )
_stack(
    "bidirectional_two_layers",
    (5, 2),
    lambda L: L.Bidirectional(L.LSTM(3), backward_layer=L.GRU(3, go_backwards=True)),
    _dense(),
)
_stack("time_distributed", (4, 5), lambda L: L.TimeDistributed(L.Dense(3, activation="relu")), _dense())
_stack("time_distributed_conv", (3, 5, 2), lambda L: L.TimeDistributed(L.Conv1D(3, 2)))


@_model
def recurrent_state(keras: Any) -> Any:
    """States given back and passed on, as in a translation model."""
    L = keras.layers
    first, second = keras.Input((5, 2), name="first"), keras.Input((3, 4), name="second")
    _, h, c = L.LSTM(3, return_state=True)(first)
    decoded = L.LSTM(3, return_sequences=True)(second, initial_state=[h, c])
    return keras.Model([first, second], L.Dense(2)(decoded))


# --- attention ------------------------------------------------------------------------------------


def _attention(name: str, make: Callable[[Any], Any], random: bool = False, listed: bool = False, **call: Any) -> None:
    """A model of two inputs: the first attends to the second."""

    def build(keras: Any) -> Any:
        a, b = keras.Input((3, 6), name="a"), keras.Input((5, 6), name="b")
        layer = make(keras.layers)
        return keras.Model([a, b], keras.layers.Dense(2)(layer([a, b], **call) if listed else layer(a, b, **call)))

    MODELS[name] = build
    if random:
        RANDOM.add(name)


_attention("multi_head_attention", lambda L: L.MultiHeadAttention(2, 4))
_attention("multi_head_gate", lambda L: L.MultiHeadAttention(2, 4, value_dim=3, output_shape=5, use_gate=True))
_attention("multi_head_causal", lambda L: L.MultiHeadAttention(2, 4, use_bias=False), use_causal_mask=True)
_attention("multi_head_window", lambda L: L.MultiHeadAttention(2, 4, sliding_window=2))
_attention("multi_head_dropout", lambda L: L.MultiHeadAttention(2, 4, dropout=0.3, seed=1), random=True)
_attention("grouped_query_attention", lambda L: L.GroupQueryAttention(4, 6, 2))
_attention("grouped_query_gate", lambda L: L.GroupQueryAttention(4, 2, 2, use_gate=True), use_causal_mask=True)
_attention("attention", lambda L: L.Attention(use_scale=True), listed=True)
_attention("attention_concat", lambda L: L.Attention(use_scale=True, score_mode="concat"), listed=True)
_attention("attention_dropout", lambda L: L.Attention(dropout=0.3, seed=1), listed=True, random=True)
_attention("additive_attention", lambda L: L.AdditiveAttention(), listed=True, use_causal_mask=True)
_stack("einsum_dense", (4, 5), lambda L: L.EinsumDense("abc,cde->abde", (4, 2, 3), bias_axes="e", activation="tanh"))
_stack("einsum_dense_elided", (4, 5), lambda L: L.EinsumDense("...x,xy->...y", 3, bias_axes="y"))


@_model
def embedding_transformer(keras: Any) -> Any:
    """Padded sequences through embeddings, attention, normalization and a dense part, with residuals."""
    L = keras.layers
    start = keras.Input((6,), dtype="int32")
    x = L.Embedding(10, 4, mask_zero=True)(start)
    x = L.LayerNormalization()(L.Add()([x, L.MultiHeadAttention(2, 2)(x, x)]))
    x = L.LayerNormalization()(L.Add()([x, L.Dense(4)(L.Dense(8, activation="relu")(x))]))
    return keras.Model(start, L.Dense(2)(L.GlobalAveragePooling1D()(x)))


@_model
def attention_over_axes(keras: Any) -> Any:
    """Attention along the columns of an image."""
    start = keras.Input((3, 4, 5))
    return keras.Model(start, keras.layers.MultiHeadAttention(2, 3, attention_axes=(2,))(start, start))


# --- merging, graphs, nesting ---------------------------------------------------------------------


def _merge(layer: str, **arguments: Any) -> None:
    def build(keras: Any) -> Any:
        a, b = keras.Input((5,), name="a"), keras.Input((5,), name="b")
        x, y = keras.layers.Dense(4)(a), keras.layers.Dense(4)(b)
        return keras.Model([a, b], keras.layers.Dense(2)(getattr(keras.layers, layer)(**arguments)([x, y])))

    MODELS[f"merge_{layer.lower()}"] = build


for _name in ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"):
    _merge(_name)
_merge("Concatenate", axis=-1)
_merge("Dot", axes=1, normalize=True)


@_model
def shared_layer(keras: Any) -> Any:
    """One layer called twice, and two outputs."""
    L = keras.layers
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    shared = L.Dense(3, activation="tanh", name="shared")
    x, y = shared(a), shared(b)
    return keras.Model([a, b], [L.Dense(2)(L.Concatenate()([x, y])), L.Add()([x, y])])


@_model
def named_ends(keras: Any) -> Any:
    """Inputs and outputs as dicts."""
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    x = keras.layers.Dense(3)(keras.layers.Subtract()([a, b]))
    ends = {"one": x, "two": keras.layers.Activation("relu")(x)}
    return keras.Model({"a": a, "b": b}, ends, name="named_ends")


@_model
def nested(keras: Any) -> Any:
    """A functional model inside a Sequential inside a functional model, one of them used twice."""
    L = keras.layers
    start = keras.Input((4,))
    inner = keras.Model(start, L.Add()([start, L.Dense(4, activation="relu")(start)]), name="block")
    middle = keras.Sequential([keras.Input((4,)), inner, L.BatchNormalization()], name="middle")
    outer = keras.Input((4,))
    return keras.Model(outer, L.Dense(2)(middle(middle(outer))))


@_model
def arithmetic(keras: Any) -> Any:
    """Ops on symbolic tensors."""
    ops = keras.ops
    a = keras.Input((3, 4), name="a")
    x = keras.layers.Dense(4)(a) * 2.0 + a
    x = 1.0 - x / 3.0
    x = ops.concatenate([x, ops.abs(x), -x], axis=-1)
    x = ops.mean(x[:, 1:, ::2], axis=1, keepdims=True) ** 2
    x = ops.transpose(ops.reshape(x, (-1, 2, 3)), (0, 2, 1))
    x = ops.softmax(ops.clip(x, -1.0, 1.0), axis=1) @ ops.ones((2, 2))
    return keras.Model(a, ops.where(x > 0.5, x, ops.expand_dims(ops.max(x, axis=-1), -1)))


@_model
def everything_configured(keras: Any) -> Any:
    """Initializers, regularizers and constraints of all kinds."""
    i, r, c, L = keras.initializers, keras.regularizers, keras.constraints, keras.layers
    return keras.Sequential(
        [
            keras.Input((5,)),
            L.Dense(4, kernel_initializer=i.HeNormal(seed=1), kernel_regularizer=r.L1L2(0.01, 0.02)),
            L.Dense(4, kernel_initializer="orthogonal", bias_initializer=i.Constant(0.3), kernel_constraint="non_neg"),
            L.Dense(4, kernel_initializer=i.RandomUniform(-0.2, 0.2, seed=2), kernel_constraint=c.MaxNorm(1.5)),
            L.Dense(
                4,
                kernel_initializer=i.VarianceScaling(1.5, "fan_out", "uniform", seed=1),
                kernel_constraint=c.MinMaxNorm(0.1, 2.0, 0.9, axis=0),
                activity_regularizer=r.L2(0.001),
            ),
            L.Dense(2, kernel_initializer=i.TruncatedNormal(0.0, 0.3, seed=4), kernel_constraint=c.UnitNorm()),
        ]
    )


@_model
def frozen(keras: Any) -> Any:
    """Layers that are not trained."""
    model = keras.Sequential(
        [
            keras.Input((5,)),
            keras.layers.Dense(4, trainable=False),
            keras.layers.BatchNormalization(trainable=False),
            keras.layers.Dense(2),
        ]
    )
    return model


@_model
def subclassed(keras: Any) -> Any:
    """Layers as attributes, in lists and dicts, private, under two names; a weight of the model's own."""
    L = keras.layers

    @keras.saving.register_keras_serializable("peers")
    class Whole(keras.Model):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.z_first = L.Dense(4)
            self.stack = [L.Dense(4, activation="tanh"), [L.Dense(4)]]
            self.named = {"b": L.Dense(4), "a": [L.BatchNormalization()]}
            self._hidden = L.Dense(2)
            self.again = self.z_first
            self.recurrent = L.Bidirectional(L.GRU(2))
            self.scale = self.add_weight(name="scale", shape=(4,), initializer="ones")

        def call(self, x: Any, training: bool = False) -> Any:
            x = self.again(self.z_first(x)) * self.scale
            x = self.stack[1][0](self.stack[0](x))
            x = self.named["a"][0](self.named["b"](x), training=training)
            return self._hidden(self.recurrent(x[:, None]))

    model = Whole(name="subclassed")
    model(np.zeros((BATCH, 4), "float32"))
    return model


# --- dtype policies -------------------------------------------------------------------------------


@_model
def mixed_layers(keras: Any) -> Any:
    """Policies of single layers."""
    L = keras.layers
    return keras.Sequential(
        [
            keras.Input((5,)),
            L.Dense(4, activation="tanh", dtype="mixed_float16"),
            L.BatchNormalization(dtype="mixed_bfloat16"),
            L.Dense(3, dtype=keras.DTypePolicy("float64")),
            L.Dense(2, dtype="float32"),
        ]
    )


@_model
def mixed_policies(keras: Any) -> Any:
    """A map of policies, by the paths of layers."""
    L = keras.layers
    own = {"ends/last": keras.DTypePolicy("float32")}
    policies = keras.dtype_policies.DTypePolicyMap("mixed_bfloat16", own)
    layers = [L.Dense(4, dtype=policies), L.Dense(2, name="last", dtype=policies)]
    return keras.Sequential([keras.Input((5,)), *layers], name="ends")


# --- optimizers -----------------------------------------------------------------------------------

OPTIMIZERS: dict[str, Callable[[Any], Any]] = {
    "sgd": lambda o: o.SGD(0.05),
    "sgd_nesterov": lambda o: o.SGD(0.05, momentum=0.9, nesterov=True),
    "rmsprop": lambda o: o.RMSprop(0.01, rho=0.8),
    "rmsprop_centered": lambda o: o.RMSprop(0.01, momentum=0.5, centered=True),
    "adam": lambda o: o.Adam(0.02, beta_1=0.8, epsilon=1e-5),
    "adam_amsgrad": lambda o: o.Adam(0.02, amsgrad=True),
    "adagrad": lambda o: o.Adagrad(0.1, initial_accumulator_value=0.2),
    "clipnorm": lambda o: o.SGD(0.1, momentum=0.5, clipnorm=0.1),
    "clipvalue": lambda o: o.Adam(0.1, clipvalue=0.01),
    "global_clipnorm": lambda o: o.SGD(0.1, global_clipnorm=0.1),
    "weight_decay": lambda o: o.Adam(0.02, weight_decay=0.01),
    "schedule": lambda o: o.SGD(o.schedules.ExponentialDecay(0.1, 3, 0.5), momentum=0.9),
    "average": lambda o: o.Adam(0.02, use_ema=True, ema_momentum=0.9),
    "loss_scale": lambda o: o.LossScaleOptimizer(o.Adam(0.02), initial_scale=8.0, dynamic_growth_steps=2),
}


def _optimized(keras: Any) -> Any:
    return keras.Sequential([keras.Input((5,)), keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(2)])


MODELS |= {f"optimizer_{name}": _optimized for name in OPTIMIZERS}

# --- strings --------------------------------------------------------------------------------------


@_model
def strings_embedding(keras: Any) -> Any:
    """Vocabularies in assets, weights of tokens among the arrays, and hashes."""
    text, word = keras.Input((1,), dtype="string"), keras.Input((1,), dtype="string")
    number = keras.Input((1,), dtype="int32")
    layers, data = keras.layers, np.array(WORDS)
    split = layers.TextVectorization(output_sequence_length=3)
    known = layers.StringLookup(num_oov_indices=2, mask_token="")
    weighted = layers.StringLookup(output_mode="tf_idf")
    integers = layers.IntegerLookup(output_mode="multi_hot")
    for layer, documents in ((split, data), (known, data), (weighted, data[:, None]), (integers, np.array([4, 7, 7]))):
        layer.adapt(documents)
    parts = [
        layers.Flatten()(layers.Embedding(9, 2)(split(text))),
        layers.Flatten()(layers.Embedding(9, 2)(known(word))),
        weighted(word),
        layers.HashedCrossing(5, output_mode="one_hot")((text, word)),
        layers.Hashing(4, output_mode="one_hot")(word),
        integers(number),
    ]
    return keras.Model([text, word, number], layers.Dense(2)(layers.Concatenate()(parts)))


# --- low-rank adaptation ---------------------------------------------------------------------------


def _adapted(name: str, shape: tuple[int, ...], *layers: Callable[[Any], Any], **extra: Any) -> None:
    """A model whose layers have it; those of upstream train no further once they are loaded."""
    _stack(f"low_rank_{name}", shape, *layers, random=True, **extra)


_adapted("dense", (5,), lambda L: L.Dense(4, lora_rank=2, lora_alpha=2), _dense(2))
_adapted("einsum_dense", (4, 5), lambda L: L.EinsumDense("abc,cde->abde", (4, 2, 3), lora_rank=2, lora_alpha=3))
_adapted("embedding", (6,), lambda L: L.Embedding(10, 4, lora_rank=2), lambda L: L.Flatten(), _dense(), dtype="int32")
_adapted("conv1d", (8, 3), lambda L: L.Conv1D(4, 3, lora_rank=2), _dense())
_adapted("conv2d", (5, 5, 4), lambda L: L.Conv2D(4, 3, groups=2, lora_rank=1, lora_alpha=2), _dense())
_adapted("conv3d", (4, 4, 4, 2), lambda L: L.Conv3D(3, 2, lora_rank=1), _dense())


@_model
def low_rank_enabled_later(keras: Any) -> Any:
    """Adaptations of a model that is there already, whose frozen kernels keep their place in files."""
    model = _optimized(keras)
    for layer in model.layers:
        layer.enable_lora(2)
    return model


RANDOM.add("low_rank_enabled_later")
