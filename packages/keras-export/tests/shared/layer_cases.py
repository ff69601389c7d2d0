"""One model of a layer or two for each layer that takes tensors, by its name."""

import keras_layers as layers
from keras_core import Input, Model

SEQUENCE, FREE, IMAGE, WIDE, VOLUME = (6, 4), (None, 4), (8, 8, 3), (None, None, 3), (5, 6, 7, 2)


def one(layer, *shapes, dtype="float32"):
    """A model of a layer, called with an input or a list of several."""
    inputs = [Input(shape, dtype=dtype) for shape in shapes]
    return Model(inputs[0] if len(inputs) == 1 else inputs, layer(inputs[0] if len(inputs) == 1 else inputs))


def words(*stack, size=12):
    """A model of layers behind an Embedding that masks zeros."""
    x = words = Input((None,), dtype="int32")
    x = layers.Embedding(size, 4, mask_zero=True)(x)
    for layer in stack:
        x = layer(x)
    return Model(words, x)


def attention(layer, *shapes, **arguments):
    inputs = [Input(shape) for shape in shapes]
    return Model(inputs, layer(*inputs, **arguments))


def masked(layer, shape):
    """A model of a layer with a mask of the steps as its second input."""
    inputs = [Input(shape), Input(shape[:1], dtype="bool")]
    return Model(inputs, layer(inputs[0], mask=inputs[1]))


def cell(layer, shape):
    """A model of one step of a cell with two states of the shape of its input."""
    x, *states = inputs = [Input(shape) for _ in range(3)]
    return Model(inputs, layer(x, states))


CASES = {
    # activation
    "Activation": lambda: one(layers.Activation("silu"), (5,)),
    "ELU": lambda: one(layers.ELU(0.7), (5,)),
    "LeakyReLU": lambda: one(layers.LeakyReLU(0.1), (5,)),
    "PReLU": lambda: one(layers.PReLU(shared_axes=[1]), SEQUENCE),
    "ReLU": lambda: one(layers.ReLU(2.0, 0.1, 0.3), IMAGE),
    "Softmax": lambda: one(layers.Softmax(), SEQUENCE),
    "Softmax axes": lambda: one(layers.Softmax((1, 2)), SEQUENCE),
    "ThresholdedReLU": lambda: one(layers.ThresholdedReLU(0.5), (5,)),
    # attention
    "AdditiveAttention": lambda: one(layers.AdditiveAttention(), (4, 3), (5, 3)),
    "Attention": lambda: one(layers.Attention(use_scale=True), (4, 3), (None, 3)),
    "GroupQueryAttention": lambda: attention(layers.GroupQueryAttention(4, 4, 2), FREE, FREE),
    "MultiHeadAttention": lambda: attention(layers.MultiHeadAttention(2, 4), FREE, FREE),
    "MultiHeadAttention causal": lambda: attention(layers.MultiHeadAttention(2, 4), FREE, FREE, use_causal_mask=True),
    "MultiHeadAttention masked": lambda: words(lambda x: layers.MultiHeadAttention(2, 3)(x, x)),
    # convolutional
    "Conv1D": lambda: one(layers.Conv1D(3, 3, padding="causal", activation="relu"), FREE),
    "Conv2D": lambda: one(layers.Conv2D(6, 3, 2, padding="same", groups=3, activation="gelu"), (8, 8, 6)),
    "Conv2D wide": lambda: one(layers.Conv2D(4, (3, 2), dilation_rate=2, padding="same"), WIDE),
    "Conv2D strided wide": lambda: one(layers.Conv2D(4, 3, 2, padding="same"), WIDE),
    "Conv2D first": lambda: one(layers.Conv2D(4, 3, data_format="channels_first"), (3, 8, 8)),
    "Conv3D": lambda: one(layers.Conv3D(2, 2, padding="same"), VOLUME),
    "Conv1DTranspose": lambda: one(layers.Conv1DTranspose(3, 3, 2), FREE),
    "Conv2DTranspose": lambda: one(layers.Conv2DTranspose(3, 3, 2, padding="same"), WIDE),
    "Conv2DTranspose padded": lambda: one(layers.Conv2DTranspose(3, 3, 2, padding="same", output_padding=1), IMAGE),
    "Conv2DTranspose small": lambda: one(layers.Conv2DTranspose(3, 2, 3), IMAGE),
    "Conv3DTranspose": lambda: one(layers.Conv3DTranspose(2, 3, 2, padding="same"), VOLUME),
    "DepthwiseConv1D": lambda: one(layers.DepthwiseConv1D(3, depth_multiplier=2), SEQUENCE),
    "DepthwiseConv2D": lambda: one(layers.DepthwiseConv2D(3, padding="same"), IMAGE),
    "SeparableConv1D": lambda: one(layers.SeparableConv1D(3, 3), SEQUENCE),
    "SeparableConv2D": lambda: one(layers.SeparableConv2D(3, 3, padding="same"), IMAGE),
    # core
    "Dense": lambda: one(layers.Dense(3, "tanh"), FREE),
    "EinsumDense": lambda: one(layers.EinsumDense("abc,cde->abde", (None, 2, 3), bias_axes="de"), FREE),
    "EinsumDense dots": lambda: one(layers.EinsumDense("...x,xy->...y", 3), IMAGE),
    "Embedding": lambda: one(layers.Embedding(9, 4), (None,), dtype="int32"),
    "Embedding of floats": lambda: one(layers.Embedding(9, 4), (None,)),
    "ReversibleEmbedding": lambda: one(layers.ReversibleEmbedding(9, 4), (None,), dtype="int32"),
    "Masking": lambda: one(layers.Masking(), SEQUENCE),
    # locally connected
    "LocallyConnected1D": lambda: one(layers.LocallyConnected1D(2, 3), SEQUENCE),
    "LocallyConnected2D": lambda: one(layers.LocallyConnected2D(2, 3), (5, 5, 2)),
    # merging
    **{
        kind: lambda kind=kind: one(getattr(layers, kind)(), (3, 4), (1, 4))
        for kind in ("Add", "Average", "Maximum", "Minimum", "Multiply", "Subtract")
    },
    "Concatenate": lambda: one(layers.Concatenate(), (None, 4), (None, 2)),
    "Dot": lambda: one(layers.Dot((2, 1), normalize=True), (3, 4), (4, 2)),
    # normalization
    "BatchNormalization": lambda: one(layers.BatchNormalization(), IMAGE),
    "GroupNormalization": lambda: one(layers.GroupNormalization(2), (4, 4, 6)),
    "LayerNormalization": lambda: one(layers.LayerNormalization(), FREE),
    "LayerNormalization axes": lambda: one(layers.LayerNormalization(axis=(1, 2)), SEQUENCE),
    "LayerNormalization first": lambda: one(layers.LayerNormalization(axis=1), SEQUENCE),
    "RMSNormalization": lambda: one(layers.RMSNormalization(), SEQUENCE),
    "SpectralNormalization": lambda: one(layers.SpectralNormalization(layers.Dense(3)), (4,)),
    "UnitNormalization": lambda: one(layers.UnitNormalization(), SEQUENCE),
    # pooling
    "AveragePooling1D": lambda: one(layers.AveragePooling1D(2, padding="same"), (7, 4)),
    "AveragePooling2D": lambda: one(layers.AveragePooling2D(3, 2, padding="same"), WIDE),
    "AveragePooling3D": lambda: one(layers.AveragePooling3D(2), VOLUME),
    "MaxPooling1D": lambda: one(layers.MaxPooling1D(2), FREE),
    "MaxPooling2D": lambda: one(layers.MaxPooling2D(3, 2, padding="same"), IMAGE),
    "MaxPooling3D": lambda: one(layers.MaxPooling3D(2), VOLUME),
    "GlobalAveragePooling1D": lambda: words(layers.GlobalAveragePooling1D()),
    "GlobalAveragePooling2D": lambda: one(layers.GlobalAveragePooling2D(keepdims=True), WIDE),
    "GlobalAveragePooling3D": lambda: one(layers.GlobalAveragePooling3D(), VOLUME),
    "GlobalMaxPooling1D": lambda: one(layers.GlobalMaxPooling1D(), FREE),
    "GlobalMaxPooling2D": lambda: one(layers.GlobalMaxPooling2D(), IMAGE),
    "GlobalMaxPooling3D": lambda: one(layers.GlobalMaxPooling3D(), VOLUME),
    "AdaptiveAveragePooling1D": lambda: one(layers.AdaptiveAveragePooling1D(3), (7, 4)),
    "AdaptiveAveragePooling2D": lambda: one(layers.AdaptiveAveragePooling2D(3), IMAGE),
    "AdaptiveMaxPooling2D": lambda: one(layers.AdaptiveMaxPooling2D(3), IMAGE),
    # recurrent
    "LSTM": lambda: one(layers.LSTM(3, return_sequences=True, return_state=True), FREE),
    "LSTM masked": lambda: words(layers.LSTM(3, return_sequences=True), layers.LSTM(2, go_backwards=True)),
    "GRU": lambda: one(layers.GRU(3, return_sequences=True, go_backwards=True), FREE),
    "GRU before": lambda: one(layers.GRU(3, reset_after=False, recurrent_activation="hard_sigmoid"), FREE),
    "GRU masked": lambda: words(layers.GRU(3)),
    "SimpleRNN": lambda: one(layers.SimpleRNN(3, activation="relu"), FREE),
    "RNN": lambda: one(layers.RNN([layers.LSTMCell(3), layers.GRUCell(2)], return_sequences=True), FREE),
    "Bidirectional": lambda: one(layers.Bidirectional(layers.LSTM(3, return_sequences=True)), FREE),
    "Bidirectional masked": lambda: words(layers.Bidirectional(layers.GRU(3))),
    "ConvLSTM1D": lambda: one(layers.ConvLSTM1D(2, 3, padding="same"), (3, 6, 2)),
    "ConvLSTM2D": lambda: one(layers.ConvLSTM2D(2, 3, padding="same", return_sequences=True), (3, 5, 5, 2)),
    "ConvLSTM2D masked wide": lambda: masked(layers.ConvLSTM2D(2, 3, padding="same"), (3, None, None, 2)),
    "ConvLSTM1DCell": lambda: cell(layers.ConvLSTM1DCell(2, 3, padding="same"), (6, 2)),
    "ConvLSTM2DCell": lambda: cell(layers.ConvLSTM2DCell(2, 3, padding="same"), (5, 5, 2)),
    "ConvLSTM3DCell": lambda: cell(layers.ConvLSTM3DCell(2, 2, padding="same"), (3, 4, 3, 2)),
    "TimeDistributed": lambda: one(layers.TimeDistributed(layers.Conv2D(2, 3)), (None, 6, 6, 3)),
    # regularization
    "Dropout": lambda: one(layers.Dropout(0.5), (4,)),
    "GaussianNoise": lambda: one(layers.GaussianNoise(0.5), (4,)),
    "SpatialDropout1D": lambda: one(layers.SpatialDropout1D(0.5), SEQUENCE),
    # reshaping
    "Cropping1D": lambda: one(layers.Cropping1D(1), FREE),
    "Cropping2D": lambda: one(layers.Cropping2D(((1, 2), (0, 1))), IMAGE),
    "Cropping3D": lambda: one(layers.Cropping3D(1), VOLUME),
    "Flatten": lambda: one(layers.Flatten(), SEQUENCE),
    "Flatten free": lambda: one(layers.Flatten(), FREE),
    "Permute": lambda: one(layers.Permute((2, 1)), FREE),
    "RepeatVector": lambda: one(layers.RepeatVector(3), (4,)),
    "Reshape": lambda: one(layers.Reshape((-1, 2)), FREE),
    "UpSampling1D": lambda: one(layers.UpSampling1D(2), FREE),
    "UpSampling2D": lambda: one(layers.UpSampling2D(2), WIDE),
    "UpSampling2D bilinear": lambda: one(layers.UpSampling2D(2, interpolation="bilinear"), IMAGE),
    "UpSampling3D": lambda: one(layers.UpSampling3D(2), VOLUME),
    "ZeroPadding1D": lambda: one(layers.ZeroPadding1D(2), FREE),
    "ZeroPadding2D": lambda: one(layers.ZeroPadding2D(1), IMAGE),
    "ZeroPadding3D": lambda: one(layers.ZeroPadding3D(1), VOLUME),
}
