"""Programs in the way of books and repositories for Keras 2: pictures."""

from __future__ import annotations

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import backend as K  # noqa: E402
from keras import optimizers  # noqa: E402
from keras.callbacks import EarlyStopping, ModelCheckpoint, ReduceLROnPlateau  # noqa: E402
from keras.engine.topology import InputSpec, Layer  # noqa: E402
from keras.layers import (  # noqa: E402
    Activation,
    BatchNormalization,
    Conv2D,
    Dense,
    Dropout,
    Flatten,
    GlobalAveragePooling2D,
    Input,
    Lambda,
    MaxPooling2D,
    Reshape,
    UpSampling2D,
)
from keras.models import Model, Sequential  # noqa: E402
from keras.utils.np_utils import to_categorical  # noqa: E402

pytestmark = pytest.mark.needs_train


def pictures(count=64, seed=0):
    """Pictures of 8 by 8 with a bright half: left (class 0), right (1) or top (2)."""
    rng = np.random.RandomState(seed)
    kinds = np.arange(count) % 3
    x = rng.uniform(0, 0.2, size=(count, 8, 8, 1)).astype("float32")
    x[kinds == 0, :, :4] += 0.8
    x[kinds == 1, :, 4:] += 0.8
    x[kinds == 2, :4] += 0.8
    return x, kinds


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
