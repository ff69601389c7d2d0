"""Programs as people wrote them for Keras 2: text, pictures, generative models, K, custom layers and callbacks."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import backend as K  # noqa: E402
from keras import initializers, layers, optimizers, regularizers  # noqa: E402
from keras.callbacks import Callback, EarlyStopping, ModelCheckpoint, ReduceLROnPlateau  # noqa: E402
from keras.engine.topology import InputSpec, Layer  # noqa: E402
from keras.layers import (  # noqa: E402
    LSTM,
    Activation,
    BatchNormalization,
    Concatenate,
    Conv2D,
    Dense,
    Dropout,
    Embedding,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    Lambda,
    LeakyReLU,
    MaxPooling2D,
    Reshape,
    TimeDistributed,
    UpSampling2D,
)
from keras.models import Model, Sequential, load_model  # noqa: E402
from keras.utils.np_utils import to_categorical  # noqa: E402

pytestmark = pytest.mark.needs_train


@pytest.fixture(autouse=True)
def seeded():
    keras.utils.set_random_seed(11)
    yield
    K.clear_session()


def sentences(count=96, length=12, words=40, seed=0):
    """Ids of words; the class says whether a word below 20 comes first."""
    rng = np.random.RandomState(seed)
    x = rng.randint(1, words, size=(count, length))
    return x, (x[:, 0] < 20).astype("float32")


def pictures(count=64, seed=0):
    """Pictures of 8 by 8 with a bright half: left (class 0), right (1) or top (2)."""
    rng = np.random.RandomState(seed)
    kinds = np.arange(count) % 3
    x = rng.uniform(0, 0.2, size=(count, 8, 8, 1)).astype("float32")
    x[kinds == 0, :, :4] += 0.8
    x[kinds == 1, :, 4:] += 0.8
    x[kinds == 2, :4] += 0.8
    return x, kinds


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


# -- pictures


def test_digits_as_in_the_examples(tmp_path):
    x, kinds = pictures()
    y = to_categorical(kinds, 3)
    model = Sequential()
    model.add(Conv2D(8, kernel_size=(3, 3), activation="relu", input_shape=(8, 8, 1)))
    model.add(Conv2D(8, (3, 3), activation="relu"))
    model.add(MaxPooling2D(pool_size=(2, 2)))
    model.add(Dropout(0.1))
    model.add(Flatten())
    model.add(Dense(16, activation="relu"))
    model.add(Dense(3, activation="softmax"))
    model.compile(loss=keras.losses.categorical_crossentropy, optimizer=optimizers.Adam(lr=0.01), metrics=["accuracy"])
    path = str(tmp_path / "weights.{epoch:02d}-{val_acc:.2f}.weights.h5")
    kept = ModelCheckpoint(path, monitor="val_acc", save_best_only=True, mode="max", save_weights_only=True)
    stop = EarlyStopping(monitor="val_loss", patience=20)
    slower = ReduceLROnPlateau(monitor="val_loss", factor=0.5, patience=5, min_lr=1e-5)
    model.fit(x, y, batch_size=16, epochs=8, validation_data=(x, y), callbacks=[kept, stop, slower], verbose=0)
    score = model.evaluate(x, y, verbose=0)
    assert score[1] > 0.95
    best = sorted(tmp_path.iterdir())[-1]
    assert best.name.startswith("weights.0")
    model.load_weights(str(best))
    assert f"{model.evaluate(x, y, verbose=0)[1]:.2f}" == best.name.split("-")[1][:4]


def test_pictures_by_a_generator_and_fit_generator():
    x, kinds = pictures()
    y = to_categorical(kinds)

    def flow(size=16):
        while True:
            chosen = np.random.randint(0, len(x), size)
            yield x[chosen][:, :, ::1] + np.random.normal(0, 0.02, (size, 8, 8, 1)), y[chosen]

    inputs = Input(shape=(8, 8, 1))
    hidden = inputs
    for filters in (8, 8):
        hidden = Conv2D(filters, (3, 3), padding="same", use_bias=False)(hidden)
        hidden = BatchNormalization(axis=-1, momentum=0.8)(hidden)
        hidden = Activation("relu")(hidden)
        hidden = MaxPooling2D((2, 2), strides=(2, 2))(hidden)
    outputs = Dense(3, activation="softmax")(GlobalAveragePooling2D()(hidden))
    model = Model(input=inputs, output=outputs)
    model.compile(optimizers.SGD(lr=0.2, momentum=0.9, nesterov=True), "categorical_crossentropy", metrics=["acc"])
    history = model.fit_generator(flow(), steps_per_epoch=6, epochs=6, validation_data=(x, y), verbose=0)
    assert history.history["loss"][-1] < 0.5 * history.history["loss"][0]
    assert model.evaluate_generator(flow(), steps=4)[1] > 0.6
    assert model.predict_generator((x[i : i + 16] for i in (0, 16)), steps=2).shape == (32, 3)


def test_which_part_of_a_picture_decides():
    """Class activation maps by gradients, with K.function, as in the book."""
    x, kinds = pictures()
    inputs = Input((8, 8, 1))
    last = Conv2D(6, (3, 3), padding="same", activation="relu", name="last_conv")(inputs)
    outputs = Dense(3, activation="softmax")(Flatten()(last))
    model = Model(inputs, outputs)
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(x, kinds, epochs=8, verbose=0)
    wanted = model.output[:, 0]
    last_conv_layer = model.get_layer("last_conv")
    grads = K.gradients(wanted, last_conv_layer.output)[0]
    pooled_grads = K.mean(grads, axis=(0, 1, 2))
    iterate = K.function([model.input], [pooled_grads, last_conv_layer.output[0], grads])
    pooled, value, found = iterate([x[:1]])
    assert pooled.shape == (6,) and value.shape == (8, 8, 6)
    np.testing.assert_allclose(pooled, found.mean((0, 1, 2)), rtol=1e-4, atol=1e-8)
    for i in range(6):
        value[:, :, i] *= pooled[i]
    heatmap = np.maximum(np.mean(value, axis=-1), 0)
    assert heatmap.shape == (8, 8) and np.isfinite(heatmap).all()
    # by hand: the softmax's gradient by its own logit is p (1 - p) times the dense kernel
    kernel = model.layers[-1].get_weights()[0]
    p = model.predict(x[:1])[0]
    by_hand = kernel @ (p[0] * (np.eye(3)[0] - p))
    np.testing.assert_allclose(found[0].reshape(-1), by_hand, rtol=1e-3, atol=1e-6)


def test_a_dream_by_ascent():
    base = Sequential([Conv2D(4, 3, activation="tanh", input_shape=(10, 10, 3), name="mixed"), Flatten(), Dense(2)])
    layer_dict = {layer.name: layer for layer in base.layers}
    dream = base.input
    loss = K.variable(0.0)
    activation = layer_dict["mixed"].output
    scaling = K.prod(K.cast(K.shape(activation), "float32"))
    loss = loss + 0.5 * K.sum(K.square(activation[:, 2:-2, 2:-2, :])) / scaling
    grads = K.gradients(loss, dream)[0]
    grads /= K.maximum(K.mean(K.abs(grads)), K.epsilon())
    fetch_loss_and_grads = K.function([dream], [loss, grads])
    img = np.random.RandomState(0).uniform(-0.2, 0.2, (1, 10, 10, 3))
    values = []
    for _ in range(5):
        value, direction = fetch_loss_and_grads([img])
        assert np.abs(direction).mean() == pytest.approx(1.0, abs=1e-4)
        values.append(float(value))
        img += 0.05 * direction
    assert (np.diff(values) > 0).all()


def test_style_of_one_picture_on_another():
    """Neural style transfer with SciPy's optimizer over what K.function gives."""
    optimize = pytest.importorskip("scipy.optimize")
    rng = np.random.RandomState(3)
    target, style = rng.uniform(size=(1, 6, 6, 3)), rng.uniform(size=(1, 6, 6, 3))
    combination = K.placeholder((1, 6, 6, 3))
    inputs = K.concatenate([K.constant(target), K.constant(style), combination], axis=0)
    model = Model(i := Input((6, 6, 3)), Conv2D(4, 3, padding="same", activation="relu", name="block1")(i))
    features = model(inputs)

    def gram_matrix(x):
        flat = K.batch_flatten(K.permute_dimensions(x, (2, 0, 1)))
        return K.dot(flat, K.transpose(flat))

    content_loss = K.sum(K.square(features[2, :, :, :] - features[0, :, :, :]))
    style_loss = K.sum(K.square(gram_matrix(features[1]) - gram_matrix(features[2]))) / (4.0 * 3**2 * 36**2)
    loss = 0.1 * content_loss + style_loss
    grads = K.gradients(loss, combination)
    fetch = K.function([combination], [loss] + grads)

    class Evaluator:
        def loss(self, x):
            outs = fetch([x.reshape(1, 6, 6, 3)])
            self.grad_values = outs[1].flatten().astype("float64")
            return float(outs[0])

        def grads(self, x):
            return self.grad_values

    evaluator = Evaluator()
    start = rng.uniform(size=108)
    _, least, _ = optimize.fmin_l_bfgs_b(evaluator.loss, start, fprime=evaluator.grads, maxiter=15)
    assert least < 0.2 * evaluator.loss(start)


# -- generative models


@pytest.mark.parametrize("way", ["layer", "closure", "add_loss"])
def test_a_variational_autoencoder(way):
    x = np.random.RandomState(0).uniform(size=(64, 12)).round().astype("float32")
    inputs = Input(shape=(12,))
    h = Dense(16, activation="relu")(inputs)
    z_mean, z_log_var = Dense(2)(h), Dense(2)(h)

    def sampling(args):
        mean, log_var = args
        epsilon = K.random_normal(shape=(K.shape(mean)[0], 2), mean=0.0, stddev=1.0)
        return mean + K.exp(log_var / 2) * epsilon

    z = Lambda(sampling, output_shape=(2,))([z_mean, z_log_var])
    decoder = Sequential([Dense(16, activation="relu", input_dim=2), Dense(12, activation="sigmoid")])
    outputs = decoder(z)

    def kl():
        return -0.5 * K.sum(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)

    if way == "layer":

        class VariationalLayer(Layer):
            def vae_loss(self, truth, decoded):
                xent = keras.metrics.binary_crossentropy(K.flatten(truth), K.flatten(decoded))
                return K.mean(12 * xent + kl())

            def call(self, both):
                truth, decoded = both
                self.add_loss(self.vae_loss(truth, decoded), inputs=both)
                return truth

        vae = Model(inputs, VariationalLayer()([inputs, outputs]))
        vae.compile(optimizer="rmsprop", loss=None)
        history = vae.fit(x=x, y=None, shuffle=True, epochs=10, batch_size=16, verbose=0)
    elif way == "closure":
        vae = Model(inputs, outputs)

        def vae_loss(truth, decoded):
            return 12 * keras.losses.binary_crossentropy(truth, decoded) + kl()

        vae.compile("rmsprop", vae_loss)
        history = vae.fit(x, x, epochs=10, batch_size=16, verbose=0)
    else:
        vae = Model(inputs, outputs)
        vae.add_loss(K.mean(12 * keras.losses.binary_crossentropy(inputs, outputs) + kl()))
        vae.compile("rmsprop")
        history = vae.fit(x, epochs=10, batch_size=16, verbose=0)
    losses = history.history["loss"]
    assert losses[-1] < losses[0]
    encoder = Model(inputs, z_mean)
    assert encoder.predict(x).shape == (64, 2) and decoder.predict(np.zeros((3, 2))).shape == (3, 12)


@pytest.mark.filterwarnings("ignore:Model .* the trainable weights changed after compile")  # as in Keras 2
def test_two_networks_against_each_other():
    rng = np.random.RandomState(5)
    real = np.tile(np.eye(4)[None, :, :, None], (64, 1, 1, 1)) + rng.normal(0, 0.05, (64, 4, 4, 1))

    generator = Sequential()
    generator.add(Dense(4 * 2 * 2, input_dim=3))
    generator.add(LeakyReLU(alpha=0.2))
    generator.add(Reshape((2, 2, 4)))
    generator.add(UpSampling2D())
    generator.add(Conv2D(4, kernel_size=3, padding="same"))
    generator.add(BatchNormalization(momentum=0.8))
    generator.add(Activation("relu"))
    generator.add(Conv2D(1, kernel_size=3, padding="same"))

    critic = Sequential()
    critic.add(Conv2D(8, kernel_size=3, strides=2, input_shape=(4, 4, 1), padding="same"))
    critic.add(LeakyReLU(alpha=0.2))
    critic.add(Dropout(0.1))
    critic.add(Flatten())
    critic.add(Dense(1, activation="sigmoid"))

    optimizer = optimizers.Adam(0.002, 0.5)
    critic.compile(loss="binary_crossentropy", optimizer=optimizer, metrics=["accuracy"])
    z = Input(shape=(3,))
    critic.trainable = False
    combined = Model(z, critic(generator(z)))
    combined.compile(loss="binary_crossentropy", optimizer=optimizer)
    valid, fake = np.ones((16, 1)), np.zeros((16, 1))
    made = [w.copy() for w in critic.get_weights()]
    combined.train_on_batch(rng.normal(size=(16, 3)), valid)
    assert all((a == b).all() for a, b in zip(made, critic.get_weights(), strict=True))
    for _ in range(12):
        noise = rng.normal(0, 1, (16, 3))
        d_real = critic.train_on_batch(real[rng.randint(0, 64, 16)], valid)
        d_fake = critic.train_on_batch(generator.predict(noise), fake)
        d_loss = 0.5 * np.add(d_real, d_fake)
        g_loss = combined.train_on_batch(noise, valid)
    assert d_loss.shape == (2,) and np.isfinite([*d_loss, g_loss]).all()
    assert not any((a == b).all() for a, b in zip(made, critic.get_weights(), strict=True) if a.size > 1)


def test_noise_removed_from_pictures():
    x, _ = pictures(32)
    noisy = np.clip(x + np.random.RandomState(1).normal(0, 0.2, x.shape), 0, 1)
    input_img = Input(shape=(8, 8, 1))
    h = Conv2D(8, (3, 3), activation="relu", padding="same")(input_img)
    encoded = MaxPooling2D((2, 2), padding="same")(h)
    h = Conv2D(8, (3, 3), activation="relu", padding="same")(encoded)
    h = UpSampling2D((2, 2))(h)
    decoded = Conv2D(1, (3, 3), activation="sigmoid", padding="same")(h)
    autoencoder = Model(input_img, decoded)
    autoencoder.compile(optimizer=optimizers.Adadelta(lr=1.0), loss="binary_crossentropy")
    losses = autoencoder.fit(noisy, x, epochs=10, batch_size=8, verbose=0).history["loss"]
    assert losses[-1] < losses[0]
    encoder = Model(input_img, encoded)
    encoded_input = Input(shape=(4, 4, 8))
    h = encoded_input
    for layer in autoencoder.layers[-3:]:
        h = layer(h)
    decoder = Model(encoded_input, h)
    np.testing.assert_allclose(
        decoder.predict(encoder.predict(noisy)), autoencoder.predict(noisy), rtol=1e-4, atol=1e-5
    )


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


def base_network():
    seq = Sequential()
    seq.add(Dense(16, input_shape=(4,), activation="relu"))
    seq.add(Dense(4, activation="relu"))
    return seq


def test_twins_that_say_how_far_apart_things_are():
    def euclidean_distance(vects):
        x, y = vects
        return K.sqrt(K.maximum(K.sum(K.square(x - y), axis=1, keepdims=True), K.epsilon()))

    def eucl_dist_output_shape(shapes):
        return (shapes[0][0], 1)

    def contrastive_loss(y_true, y_pred):
        return K.mean(y_true * K.square(y_pred) + (1 - y_true) * K.square(K.maximum(1 - y_pred, 0)))

    def accuracy(y_true, y_pred):
        return K.mean(K.equal(y_true, K.cast(y_pred < 0.5, y_true.dtype)))

    rng = np.random.RandomState(0)
    kinds = rng.randint(0, 2, (64, 2))
    points = rng.normal(0, 0.2, (64, 2, 4)) + kinds[..., None]
    same = (kinds[:, 0] == kinds[:, 1]).astype("float32")
    network, one, two = base_network(), Input(shape=(4,)), Input(shape=(4,))
    distance = Lambda(euclidean_distance, output_shape=eucl_dist_output_shape)([network(one), network(two)])
    model = Model([one, two], distance)
    model.compile(loss=contrastive_loss, optimizer=optimizers.RMSprop(lr=0.01), metrics=[accuracy])
    history = model.fit([points[:, 0], points[:, 1]], same, batch_size=16, epochs=10, verbose=0).history
    assert history["loss"][-1] < 0.5 * history["loss"][0] and history["accuracy"][-1] > 0.9


def test_triplets():
    def triplet_loss(y_true, y_pred, alpha=0.4):
        anchor, positive, negative = y_pred[:, 0:4], y_pred[:, 4:8], y_pred[:, 8:12]
        pos_dist = K.sum(K.square(anchor - positive), axis=1)
        neg_dist = K.sum(K.square(anchor - negative), axis=1)
        return K.maximum(pos_dist - neg_dist + alpha, 0.0)

    rng = np.random.RandomState(0)
    triplets = [rng.normal(shift, 0.3, (48, 4)) for shift in (0, 0, 1)]
    network, inputs = base_network(), [Input((4,)) for _ in range(3)]
    model = Model(inputs, Concatenate(axis=-1)([network(one) for one in inputs]))
    model.compile(loss=triplet_loss, optimizer=optimizers.Adam(0.01))
    losses = model.fit(triplets, np.zeros((48, 1)), epochs=8, batch_size=16, verbose=0).history["loss"]
    assert losses[-1] < 0.5 * losses[0]
    found = model.predict(triplets)
    by_hand = triplet_loss(None, K.constant(found))
    np.testing.assert_allclose(
        model.evaluate(triplets, np.zeros((48, 1)), verbose=0), K.eval(K.mean(by_hand)), rtol=1e-4
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


def squash(x, axis=-1):
    s_squared_norm = K.sum(K.square(x), axis, keepdims=True) + K.epsilon()
    return K.sqrt(s_squared_norm) / (0.5 + s_squared_norm) * x


class Capsule(Layer):
    """Capsules routed by agreement (Sabour et al., 2017), on K alone."""

    def __init__(self, num_capsule, dim_capsule, routings=3, **kwargs):
        super().__init__(**kwargs)
        self.num_capsule, self.dim_capsule, self.routings = num_capsule, dim_capsule, routings

    def build(self, input_shape):
        self.input_spec = InputSpec(ndim=3)
        shape = (1, input_shape[-1], self.num_capsule * self.dim_capsule)
        self.kernel = self.add_weight(name="capsule_kernel", shape=shape, initializer="glorot_uniform", trainable=True)
        super().build(input_shape)

    def call(self, inputs):
        hat_inputs = K.conv1d(inputs, self.kernel)
        batch_size, input_num = K.shape(inputs)[0], K.int_shape(inputs)[1]
        hat_inputs = K.reshape(hat_inputs, (batch_size, input_num, self.num_capsule, self.dim_capsule))
        hat_inputs = K.permute_dimensions(hat_inputs, (0, 2, 1, 3))
        b = K.zeros_like(hat_inputs[:, :, :, 0])
        for i in range(self.routings):
            c = K.softmax(b, 1)
            o = squash(K.sum(K.expand_dims(c, -1) * hat_inputs, 2))
            if i < self.routings - 1:
                b += K.sum(K.expand_dims(o, 2) * hat_inputs, -1)
        return o

    def compute_output_shape(self, input_shape):
        return (None, self.num_capsule, self.dim_capsule)


def test_capsules():
    def margin_loss(y_true, y_pred):
        margin = 0.5
        return K.sum(
            y_true * K.square(K.relu(1 - y_pred - margin)) + 0.5 * (1 - y_true) * K.square(K.relu(y_pred - margin)),
            axis=-1,
        )

    x, kinds = pictures(48)
    image = Input(shape=(8, 8, 1))
    h = Conv2D(8, (3, 3), activation="relu", strides=2)(image)
    h = Reshape((-1, 8))(h)
    capsule = Capsule(3, 4, 3)(h)
    output = Lambda(lambda z: K.sqrt(K.sum(K.square(z), 2)), output_shape=(3,))(capsule)
    model = Model(inputs=image, outputs=output)
    assert K.int_shape(capsule) == (None, 3, 4)
    model.compile(loss=margin_loss, optimizer=optimizers.Adam(0.02), metrics=["accuracy"])
    history = model.fit(x, to_categorical(kinds, 3), batch_size=16, epochs=8, verbose=0).history
    assert history["loss"][-1] < 0.8 * history["loss"][0]


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


# -- loops of one's own


def test_an_agent_that_learns_to_walk_right():
    """Deep Q-learning: a network and its copy, trained batch by batch from a memory."""
    states, actions, gamma = 5, 2, 0.9

    def build_model():
        model = Sequential()
        model.add(Dense(24, input_dim=states, activation="relu"))
        model.add(Dense(actions, activation="linear"))
        model.compile(loss="mse", optimizer=optimizers.Adam(lr=0.02))
        return model

    model, target_model = build_model(), build_model()
    target_model.set_weights(model.get_weights())
    rng = np.random.RandomState(0)
    memory = []
    for _ in range(150):
        state, action = rng.randint(states - 1), rng.randint(actions)
        after = min(max(state + (1 if action else -1), 0), states - 1)
        memory.append(
            (np.eye(states)[[state]], action, float(after == states - 1), np.eye(states)[[after]], after == states - 1)
        )
    losses = []
    for step in range(90):
        batch = [memory[i] for i in rng.choice(len(memory), 16)]
        state, after = (np.concatenate([one[k] for one in batch]) for k in (0, 3))
        target = model.predict_on_batch(state)
        later = target_model.predict_on_batch(after)
        for i, (_, action, reward, _, done) in enumerate(batch):
            target[i][action] = reward if done else reward + gamma * np.amax(later[i])
        losses.append(model.train_on_batch(state, target))
        if step % 10 == 9:
            target_model.set_weights(model.get_weights())
    assert np.mean(losses[-5:]) < losses[0]
    values = model.predict(np.eye(states)[:-1])
    assert (values.argmax(1) == 1).mean() >= 0.75


def test_callbacks_of_ones_own():
    class LossHistory(Callback):
        def on_train_begin(self, logs=None):
            self.losses, self.sizes = [], []

        def on_batch_end(self, batch, logs=None):
            self.losses.append(logs.get("loss"))
            self.sizes.append(logs.get("size"))

    class Cyclic(Callback):
        """The learning rate goes up and down with the batches."""

        def __init__(self, base_lr=0.01, max_lr=0.05, step_size=3.0):
            super().__init__()
            self.base_lr, self.max_lr, self.step_size = base_lr, max_lr, step_size
            self.iterations, self.seen = 0.0, []

        def clr(self):
            cycle = np.floor(1 + self.iterations / (2 * self.step_size))
            x = np.abs(self.iterations / self.step_size - 2 * cycle + 1)
            return self.base_lr + (self.max_lr - self.base_lr) * np.maximum(0, (1 - x))

        def on_train_begin(self, logs=None):
            K.set_value(self.model.optimizer.lr, self.base_lr)

        def on_batch_end(self, epoch, logs=None):
            logs = logs or {}
            self.iterations += 1
            self.seen.append(float(K.get_value(self.model.optimizer.lr)))
            K.set_value(self.model.optimizer.lr, self.clr())

    class Scores(Callback):
        def on_epoch_end(self, epoch, logs=None):
            predicted = np.asarray(self.model.predict(self.validation_data[0])).round()
            logs["hits"] = float((predicted == self.validation_data[1]).mean())

    rng = np.random.RandomState(0)
    x = rng.normal(size=(40, 3))
    y = (x.sum(1, keepdims=True) > 0).astype("float32")
    model = Sequential([Dense(1, activation="sigmoid", input_dim=3)])
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    losses, cyclic, scores = LossHistory(), Cyclic(), Scores()
    history = model.fit(
        x, y, batch_size=16, epochs=3, validation_data=(x, y), callbacks=[losses, cyclic, scores], verbose=0
    )
    assert losses.sizes == [16, 16, 8] * 3 and len(losses.losses) == 9
    np.testing.assert_allclose(
        cyclic.seen[:7],
        [0.01, 0.01 + 0.04 / 3, 0.01 + 0.08 / 3, 0.05, 0.01 + 0.08 / 3, 0.01 + 0.04 / 3, 0.01],
        rtol=1e-4,
    )
    np.testing.assert_allclose(history.history["hits"], history.history["val_accuracy"], atol=1e-6)


def test_a_pretrained_part_that_is_frozen_first():
    x, kinds = pictures(48)
    base = Sequential([Conv2D(4, 3, activation="relu", input_shape=(8, 8, 1), name="c1"), MaxPooling2D(2), Flatten()])
    top = Sequential([Dense(8, activation="relu", input_shape=base.output_shape[1:]), Dense(3, activation="softmax")])
    for layer in base.layers:
        layer.trainable = False
    model = Model(inputs=base.input, outputs=top(base.output))
    model.compile(optimizers.Adam(lr=0.02), "sparse_categorical_crossentropy", metrics=["accuracy"])
    frozen = base.get_weights()[0].copy()
    model.fit(x, kinds, epochs=4, batch_size=16, verbose=0)
    assert (base.get_weights()[0] == frozen).all()
    for layer in model.layers:
        layer.trainable = True
    model.compile(optimizers.SGD(lr=0.01, momentum=0.9), "sparse_categorical_crossentropy", metrics=["accuracy"])
    before = model.evaluate(x, kinds, verbose=0)[0]
    model.fit(x, kinds, epochs=3, batch_size=16, verbose=0)
    assert model.evaluate(x, kinds, verbose=0)[0] < before
    assert not (base.get_weights()[0] == frozen).all()
    activations = K.function([model.layers[0].input, K.learning_phase()], [model.get_layer("c1").output])([x[:2], 0])[0]
    assert activations.shape == (2, 6, 6, 4) and (activations >= 0).all()
