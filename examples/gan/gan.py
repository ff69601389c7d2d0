"""A generative adversarial network with a training step of its own: two networks, two optimizers, one fit.

I. Goodfellow et al., Generative Adversarial Networks, 2014 (arXiv:1406.2661).
"""

import sys

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers, ops
from keras.datasets import digits

SHORT = "--short" in sys.argv
UNITS, EPOCHS = (64, 30) if SHORT else (128, 150)
NOISE = 16

keras.utils.set_random_seed(1)
(x_train, y_train), (x_test, _) = digits.load_data()
x_train, x_test = x_train.reshape(-1, 64).astype("float32") / 8 - 1, x_test.reshape(-1, 64).astype("float32") / 8 - 1


class GAN(keras.Model):
    """The generator draws digits from noise, the judge says how real a digit is."""

    def __init__(self, generator, judge):
        super().__init__()
        self.generator, self.judge = generator, judge
        self.seeds = keras.random.SeedGenerator(1)
        self.error = keras.losses.BinaryCrossentropy(from_logits=True, label_smoothing=0.1)

    def compile(self, generator_optimizer, judge_optimizer):
        super().compile()
        self.generator_optimizer, self.judge_optimizer = generator_optimizer, judge_optimizer

    def train_step(self, real):
        noise = keras.random.normal((ops.shape(real)[0], NOISE), seed=self.seeds)
        yes = ops.ones((ops.shape(real)[0], 1))

        def judging():
            fake = self.generator(noise, training=True)
            return self.error(yes, self.judge(real, training=True)) + self.error(
                1 - yes, self.judge(fake, training=True)
            )

        def drawing():
            return self.error(yes, self.judge(self.generator(noise, training=True), training=True))

        judge_loss, gradients = keras.gradients(judging, self.judge.trainable_variables)
        self.judge_optimizer.apply(gradients, self.judge.trainable_variables)
        generator_loss, gradients = keras.gradients(drawing, self.generator.trainable_variables)
        self.generator_optimizer.apply(gradients, self.generator.trainable_variables)
        return {"judge_loss": judge_loss, "generator_loss": generator_loss}


generator = keras.Sequential(
    [
        keras.Input((NOISE,)),
        layers.Dense(UNITS, activation="relu"),
        layers.BatchNormalization(momentum=0.9),
        layers.Dense(UNITS, activation="relu"),
        layers.BatchNormalization(momentum=0.9),
        layers.Dense(64, activation="tanh"),
    ]
)
judge = keras.Sequential(
    [
        keras.Input((64,)),
        layers.Dense(UNITS),
        layers.LeakyReLU(0.2),
        layers.Dropout(0.3),
        layers.Dense(UNITS),
        layers.LeakyReLU(0.2),
        layers.Dropout(0.3),
        layers.Dense(1),
    ]
)
gan = GAN(generator, judge)
gan.compile(keras.optimizers.Adam(0.0005, beta_1=0.5), keras.optimizers.Adam(0.0005, beta_1=0.5))


def likeness(drawn):
    """How far drawn digits are from the nearest real one that was held out, on average."""
    return np.sqrt(((drawn[:, None] - x_test[None]) ** 2).sum(axis=-1)).min(axis=1).mean()


noise = np.random.default_rng(2).normal(size=(300, NOISE)).astype("float32")
print(f"distance before training: {likeness(generator.predict(noise, verbose=0)):.3f}")
history = gan.fit(x_train, batch_size=64, epochs=EPOCHS, verbose=2).history
drawn = generator.predict(noise, verbose=0)
print(f"distance after training: {likeness(drawn):.3f}")
print(f"distance of real digits: {likeness(x_train[:300]):.3f}")

figure = plt.figure(figsize=(10, 4), layout="constrained")
curves, left, right = figure.subfigures(1, 3)
axis = curves.subplots()
axis.plot(history["judge_loss"], label="judge")
axis.plot(history["generator_loss"], label="generator")
axis.set(xlabel="epoch", ylabel="loss")
axis.legend()
for part, pictures, title in ((left, drawn, "drawn"), (right, x_train, "real")):
    for cell, picture in zip(part.subplots(6, 6).flat, pictures):
        cell.imshow(picture.reshape(8, 8), cmap="gray_r", vmin=-1, vmax=1)
        cell.set_axis_off()
    part.suptitle(title)
figure.savefig("gan.png", dpi=100)
