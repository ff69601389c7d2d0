"""Programs in the way of books and repositories for Keras 2: texts and other sequences."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import backend as K  # noqa: E402
from keras import initializers, layers, optimizers, regularizers  # noqa: E402
from keras.engine.topology import Layer  # noqa: E402
from keras.layers import (  # noqa: E402
    LSTM,
    Activation,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    Input,
    TimeDistributed,
)
from keras.models import Model, Sequential, load_model  # noqa: E402
from keras.utils.np_utils import to_categorical  # noqa: E402

pytestmark = pytest.mark.needs_train


def sentences(count=96, length=12, words=40, seed=0):
    """Ids of words; the class says whether a word below 20 comes first."""
    rng = np.random.RandomState(seed)
    x = rng.randint(1, words, size=(count, length))
    return x, (x[:, 0] < 20).astype("float32")


# -- text


def test_reviews_as_in_the_book():
    x, y = sentences()
    model = Sequential()
    model.add(Embedding(40, 8, input_length=12))
    model.add(Flatten())
    model.add(Dense(16, activation="relu", kernel_regularizer=regularizers.l2(1e-4)))
    model.add(Dropout(0.1))
    model.add(Dense(1, activation="sigmoid"))
    model.compile(optimizer=optimizers.RMSprop(lr=0.02), loss="binary_crossentropy", metrics=["acc"])
    history = model.fit(x, y, epochs=8, batch_size=16, validation_split=0.25, verbose=0)
    assert history.history["loss"][-1] < 0.5 * history.history["loss"][0]
    assert set(history.history) == {"loss", "acc", "val_loss", "val_acc"}
    _, acc = model.evaluate(x[:72], y[:72], verbose=0)
    assert acc > 0.9
    classes = model.predict_classes(x[:72])
    assert classes.shape == (72, 1) and (classes[:, 0] == y[:72]).mean() == pytest.approx(acc, abs=1e-6)
    assert model.predict_proba(x[:2]).shape == (2, 1)


def test_text_written_letter_by_letter():
    text = "hello keras " * 12
    letters = sorted(set(text))
    place = {letter: i for i, letter in enumerate(letters)}
    starts = range(0, len(text) - 6, 2)
    x = np.zeros((len(starts), 5, len(letters)), dtype=bool)
    y = np.zeros((len(starts), len(letters)), dtype=bool)
    for row, start in enumerate(starts):
        for t, letter in enumerate(text[start : start + 5]):
            x[row, t, place[letter]] = 1
        y[row, place[text[start + 5]]] = 1
    model = Sequential()
    model.add(LSTM(24, input_shape=(5, len(letters))))
    model.add(Dense(len(letters)))
    model.add(Activation("softmax"))
    model.compile(loss="categorical_crossentropy", optimizer=optimizers.RMSprop(lr=0.03))
    written = []

    def sample(preds, temperature=1.0):
        preds = np.exp(np.log(np.asarray(preds).astype("float64") + 1e-9) / temperature)
        return np.argmax(np.random.multinomial(1, preds / preds.sum() * (1 - 1e-9), 1))

    def on_epoch_end(epoch, logs):
        seed = text[:5]
        for _ in range(3):
            one = np.zeros((1, 5, len(letters)))
            for t, letter in enumerate(seed[-5:]):
                one[0, t, place[letter]] = 1.0
            seed += letters[sample(model.predict(one, verbose=0)[0], 0.2)]
        written.append(seed)

    say = keras.callbacks.LambdaCallback(on_epoch_end=on_epoch_end)
    losses = model.fit(x, y, batch_size=16, epochs=12, callbacks=[say], verbose=0).history["loss"]
    assert losses[-1] < 0.4 * losses[0] and len(written) == 12
    assert all(len(one) == 8 and one.startswith(text[:5]) for one in written)


def test_tags_for_every_word():
    rng = np.random.RandomState(1)
    x = rng.randint(1, 10, size=(48, 6))
    x[:, 4:] = 0
    tags = to_categorical((x > 5).astype(int), 2)
    model = Sequential()
    model.add(Embedding(10, 8, mask_zero=True, input_length=6))
    model.add(layers.Bidirectional(LSTM(8, return_sequences=True)))
    model.add(TimeDistributed(Dense(2, activation="softmax")))
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    model.optimizer.lr = 0.05
    first = model.evaluate(x, tags, verbose=0)[0]
    model.fit(x, tags, epochs=6, batch_size=8, verbose=0)
    assert model.evaluate(x, tags, verbose=0)[0] < 0.3 * first
    ones = model.predict(x)[:, :4].argmax(-1)
    assert (ones == (x[:, :4] > 5)).mean() > 0.95
    # masked steps count for nothing in the loss
    changed = tags.copy()
    changed[:, 4:] = 1 - changed[:, 4:]
    np.testing.assert_allclose(
        model.evaluate(x, tags, verbose=0)[0], model.evaluate(x, changed, verbose=0)[0], rtol=1e-5
    )


def test_a_state_kept_from_batch_to_batch():
    model = Sequential()
    model.add(LSTM(6, batch_input_shape=(2, 3, 1), stateful=True))
    model.add(Dense(1))
    model.compile(loss="mse", optimizer="adam")
    x = np.random.RandomState(0).normal(size=(2, 6, 1)).astype("float32")
    whole = Sequential([LSTM(6, input_shape=(6, 1)), Dense(1)])
    whole.set_weights(model.get_weights())
    model.predict(x[:, :3], batch_size=2)
    np.testing.assert_allclose(model.predict(x[:, 3:], batch_size=2), whole.predict(x), rtol=1e-4, atol=1e-6)
    model.reset_states()
    fresh = Sequential([LSTM(6, input_shape=(3, 1)), Dense(1)])
    fresh.set_weights(model.get_weights())
    np.testing.assert_allclose(model.predict(x[:, 3:], batch_size=2), fresh.predict(x[:, 3:]), rtol=1e-4, atol=1e-6)
    for _ in range(2):
        model.fit(x[:, :3], x[:, 0], epochs=1, batch_size=2, verbose=0, shuffle=False)
        model.reset_states()


# -- several inputs and outputs


def test_a_question_about_a_text_with_two_answers():
    rng = np.random.RandomState(2)
    text, question = rng.randint(1, 30, (48, 8)), rng.randint(1, 10, (48, 4))
    age, sex = (text[:, 0] / 30.0), (question[:, 0] < 5).astype("float32")
    text_input = Input(shape=(None,), dtype="int32", name="text")
    encoded_text = LSTM(8)(Embedding(30, 8)(text_input))
    question_input = Input(shape=(None,), dtype="int32", name="question")
    encoded_question = LSTM(8)(Embedding(10, 8)(question_input))
    joined = layers.concatenate([encoded_text, encoded_question], axis=-1)
    age_out = Dense(1, name="age")(joined)
    sex_out = Dense(1, activation="sigmoid", name="sex")(joined)
    model = Model([text_input, question_input], [age_out, sex_out])
    model.compile(
        optimizer=optimizers.RMSprop(0.02),
        loss={"age": "mse", "sex": "binary_crossentropy"},
        loss_weights={"age": 0.25, "sex": 2.0},
        metrics={"sex": "accuracy"},
    )
    history = model.fit(
        {"text": text, "question": question}, {"age": age, "sex": sex}, epochs=8, batch_size=16, verbose=0
    ).history
    assert set(history) == {"loss", "age_loss", "sex_loss", "sex_accuracy"}
    np.testing.assert_allclose(
        history["loss"], 0.25 * np.array(history["age_loss"]) + 2 * np.array(history["sex_loss"]), rtol=1e-4
    )
    assert history["sex_loss"][-1] < 0.7 * history["sex_loss"][0]
    assert (
        dict(zip(model.metrics_names, model.evaluate([text, question], [age, sex], verbose=0), strict=True))["loss"] > 0
    )


# -- layers of one's own


class AttentionLayer(Layer):
    """Weights the steps of a sequence, as in many kernels of competitions."""

    def __init__(self, step_dim, W_regularizer=None, bias=True, **kwargs):
        self.supports_masking = True
        self.init = initializers.get("glorot_uniform")
        self.W_regularizer = regularizers.get(W_regularizer)
        self.bias, self.step_dim, self.features_dim = bias, step_dim, 0
        super().__init__(**kwargs)

    def build(self, input_shape):
        assert len(input_shape) == 3
        self.W = self.add_weight(
            (input_shape[-1],), initializer=self.init, name=f"{self.name}_W", regularizer=self.W_regularizer
        )
        self.features_dim = input_shape[-1]
        self.b = self.add_weight((input_shape[1],), initializer="zero", name=f"{self.name}_b") if self.bias else None
        self.built = True

    def compute_mask(self, input, input_mask=None):
        return None

    def call(self, x, mask=None):
        eij = K.reshape(
            K.dot(K.reshape(x, (-1, self.features_dim)), K.reshape(self.W, (self.features_dim, 1))), (-1, self.step_dim)
        )
        if self.bias:
            eij = eij + self.b
        a = K.exp(K.tanh(eij))
        if mask is not None:
            a = a * K.cast(mask, K.floatx())
        a = a / K.cast(K.sum(a, axis=1, keepdims=True) + K.epsilon(), K.floatx())
        return K.sum(x * K.expand_dims(a), axis=1)

    def compute_output_shape(self, input_shape):
        return input_shape[0], self.features_dim

    def get_config(self):
        return {"step_dim": self.step_dim, "bias": self.bias, **super().get_config()}


def test_attention_over_a_sentence(tmp_path):
    x, y = sentences()
    x[:, 9:] = 0
    inp = Input(shape=(12,))
    emb = Embedding(40, 8, mask_zero=True)(inp)
    h = AttentionLayer(12, W_regularizer=regularizers.l2(1e-3), name="attention")(LSTM(8, return_sequences=True)(emb))
    model = Model(inputs=inp, outputs=Dense(1, activation="sigmoid")(h))
    model.compile(loss="binary_crossentropy", optimizer=optimizers.Adam(0.02), metrics=["acc"])
    losses = model.fit(x, y, epochs=6, batch_size=16, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    with pytest.warns(UserWarning, match="custom_objects={'AttentionLayer'"):
        model.save(str(tmp_path / "model.keras"))
    again = load_model(str(tmp_path / "model.keras"), custom_objects={"AttentionLayer": AttentionLayer})
    np.testing.assert_allclose(again.predict(x), model.predict(x), rtol=1e-5)
    sequence = K.eval(AttentionLayer(2, bias=False, trainable=False)(K.constant([[[1.0], [3.0]]])))
    assert 1 < sequence[0, 0] < 3, "a weighted mean"


class Chain(Layer):
    """A linear chain of tags: what a CRF learns, its loss and its score computed by K.rnn."""

    def __init__(self, tags, **kwargs):
        super().__init__(**kwargs)
        self.tags = tags

    def build(self, input_shape):
        self.moves = self.add_weight(name="moves", shape=(self.tags, self.tags), initializer="zeros")
        self.built = True

    def call(self, x):
        return x

    def path_score(self, y_true, energies):
        point = K.sum(K.sum(y_true * energies, 2), 1)
        before, after = y_true[:, :-1], y_true[:, 1:]
        steps = K.sum(K.dot(before, self.moves) * after, axis=[1, 2])
        return point + steps

    def log_norm(self, energies):
        def step(energy, states):
            combined = K.expand_dims(states[0], 2) + K.expand_dims(self.moves, 0)
            new = K.logsumexp(combined, 1) + energy
            return new, [new]

        last, _, _ = K.rnn(step, energies[:, 1:], [energies[:, 0]])
        return K.logsumexp(last, 1)

    def loss(self, y_true, y_pred):
        return self.log_norm(y_pred) - self.path_score(y_true, y_pred)


def test_a_chain_of_tags():
    rng = np.random.RandomState(0)
    tags = np.cumsum(rng.randint(0, 3, (48, 1)) + np.arange(5), axis=1)[:, :5] % 3
    noisy = np.eye(3)[tags] + rng.normal(0, 0.5, (48, 5, 3))
    chain = Chain(3)
    model = Sequential([TimeDistributed(Dense(3), input_shape=(5, 3)), chain])
    model.compile(optimizers.Adam(0.05), loss=chain.loss)
    losses = model.fit(noisy, np.eye(3)[tags], epochs=8, batch_size=16, verbose=0).history["loss"]
    assert losses[-1] < 0.6 * losses[0]
    # by hand: the sum over all 3**5 paths
    energies, moves = model.predict(noisy[:1])[0].astype("float64"), chain.get_weights()[0].astype("float64")
    paths = np.stack(np.meshgrid(*[range(3)] * 5, indexing="ij"), -1).reshape(-1, 5)
    scores = energies[range(5), paths].sum(1) + moves[paths[:, :-1], paths[:, 1:]].sum(1)
    own = energies[range(5), tags[0]].sum() + moves[tags[0, :-1], tags[0, 1:]].sum()
    expected = np.log(np.exp(scores).sum()) - own
    np.testing.assert_allclose(
        model.evaluate(noisy[:1], np.eye(3)[tags[:1]], verbose=0), expected, rtol=1e-3, atol=1e-4
    )
