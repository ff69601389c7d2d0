"""A variational autoencoder of handwritten digits, the Keras 2 way: K, Lambda and add_loss.

D. P. Kingma, M. Welling, Auto-Encoding Variational Bayes, 2013 (arXiv:1312.6114).
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from keras import backend as K
from keras.datasets import mnist_5k
from keras.layers import Dense, Input, Lambda
from keras.losses import binary_crossentropy
from keras.models import Model
from keras.utils import set_random_seed

SHORT = "--short" in sys.argv
TRAIN, EPOCHS, HIDDEN = (512, 3, 64) if SHORT else (4000, 40, 256)
PIXELS, LATENT = 784, 2

set_random_seed(1)
(x_train, _), (x_test, y_test) = mnist_5k.load_data()
x_train = x_train[:TRAIN].reshape(-1, PIXELS).astype("float32") / 255
x_test = x_test.reshape(-1, PIXELS).astype("float32") / 255


def sample(arguments):
    """A point of the cloud that the encoder sees a digit as (the reparameterization trick)."""
    mean, log_variance = arguments
    return mean + K.exp(0.5 * log_variance) * K.random_normal(shape=(K.shape(mean)[0], LATENT))


pixels = Input(shape=(PIXELS,))
hidden = Dense(HIDDEN, activation="relu")(pixels)
z_mean = Dense(LATENT, name="z_mean")(hidden)
z_log_var = Dense(LATENT, name="z_log_var")(hidden)
z = Lambda(sample, output_shape=(LATENT,), name="z")([z_mean, z_log_var])
encoder = Model(pixels, [z_mean, z_log_var, z], name="encoder")

latent = Input(shape=(LATENT,))
hidden = Dense(HIDDEN, activation="relu")(latent)
decoder = Model(latent, Dense(PIXELS, activation="sigmoid")(hidden), name="decoder")

again = decoder(encoder(pixels)[2])
vae = Model(pixels, again, name="vae")
reconstruction = PIXELS * binary_crossentropy(pixels, again)
divergence = -0.5 * K.sum(1 + z_log_var - K.square(z_mean) - K.exp(z_log_var), axis=-1)
vae.add_loss(K.mean(reconstruction + divergence))
vae.compile(optimizer="adam")
vae.summary()

before = vae.evaluate(x_test, None, verbose=0)
history = vae.fit(x_train, epochs=EPOCHS, batch_size=64, validation_data=(x_test, None), verbose=2)
after = vae.evaluate(x_test, None, verbose=0)
print(f"bound before training: {before:.1f}")
print(f"bound held out: {after:.1f}")

# ------------------------------------------------------------------- the picture: the plane, and what lies in it

places = encoder.predict(x_test, verbose=0)[0]
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4.8), layout="constrained")
points = left.scatter(*places.T, c=y_test, cmap="tab10", s=8)
figure.colorbar(points, ax=left, ticks=range(10))
left.set_title("held-out digits as the encoder places them", fontsize=9)
steps = np.linspace(-2, 2, 15)
grid = np.array([(x, y) for y in steps[::-1] for x in steps], "float32")
drawn = decoder.predict(grid, verbose=0).reshape(15, 15, 28, 28).transpose(0, 2, 1, 3).reshape(15 * 28, 15 * 28)
right.imshow(drawn, cmap="gray_r", extent=(-2.1, 2.1, -2.1, 2.1))
right.set_title("what the decoder draws at each place", fontsize=9)
figure.savefig("variational_autoencoder.png", dpi=100)
