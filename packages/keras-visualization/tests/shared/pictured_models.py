"""Models of each shape that diagrams have to show."""

from __future__ import annotations

from keras_core import Input, Model, Sequential
from keras_layers import (
    GRU,
    LSTM,
    Add,
    BatchNormalization,
    Bidirectional,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    GlobalAveragePooling2D,
    ReLU,
    Subtract,
    TimeDistributed,
)


def branched() -> Model:
    picture, numbers = Input((8, 8, 3), name="picture"), Input((5,), name="numbers")
    left = GlobalAveragePooling2D(name="mean")(Conv2D(4, 3, activation="relu", name="conv")(picture))
    joined = Concatenate(name="joined")([left, numbers])
    age = Dense(1, name="age")(Dropout(0.5, name="drop")(numbers))
    return Model([picture, numbers], [Dense(10, activation="softmax", name="digit")(joined), age], name="branched")


def nested() -> Model:
    """An encoder of two outputs, called twice, and a head."""
    given = Input((8,), name="given")
    hidden = Dense(16, name="hidden")(given)
    encoder = Model(given, [hidden, Dense(4, name="code")(hidden)], name="encoder")
    head = Sequential([Input((4,), name="codes"), Dense(2, name="scores")], name="head")
    left, right = Input((8,), name="left"), Input((8,), name="right")
    (h1, e1), (h2, e2) = encoder(left), encoder(right)
    outputs = [head(Subtract(name="difference")([e1, e2])), Add(name="sum")([h1, h2])]
    return Model([left, right], outputs, name="siamese")


def shared() -> Model:
    first, second = Input((10,), name="first", dtype="int32"), Input((10,), name="second", dtype="int32")
    words, reader = Embedding(100, 8, name="words"), LSTM(6, name="reader")
    return Model([first, second], Subtract(name="minus")([reader(words(first)), reader(words(second))]), name="shared")


def recurrent() -> Model:
    text = Input((None,), dtype="int32", name="text")
    hidden = Bidirectional(GRU(4, return_sequences=True), name="both")(
        Embedding(50, 8, mask_zero=True, name="words")(text)
    )
    return Model(text, TimeDistributed(Dense(3, activation="softmax"), name="tags")(hidden), name="tagger")


def called_again() -> Model:
    """A layer that is called on what came from it."""
    given, again = Input((4,), name="given"), Dense(4, name="again")
    return Model(given, again(ReLU(name="between")(again(again(given)))), name="loop")


def residual(blocks: int = 16) -> Model:
    """A network of 16 blocks has 68 layers."""
    given = Input((16, 16, 3), name="given")
    x = Conv2D(4, 3, padding="same", name="stem")(given)
    for block in range(blocks):
        y = ReLU()(BatchNormalization()(Conv2D(4, 3, padding="same")(x)))
        x = Add()([y, Conv2D(4, 1)(x) if block % 4 == 0 else x])
    return Model(given, Dense(10)(GlobalAveragePooling2D()(x)), name="residual")
