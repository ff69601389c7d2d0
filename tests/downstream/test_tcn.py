"""The temporal convolutional network of keras-tcn, as its page shows it."""

import keras
import numpy as np
from tcn import TCN


def test_it_learns_the_first_of_a_sequence():
    keras.utils.set_random_seed(0)
    x = np.random.default_rng(0).choice([-1.0, 1.0], size=(256, 12, 1)).astype("float32")
    y = x[:, 0]
    inputs = keras.Input((12, 1))
    model = keras.Model(inputs, keras.layers.Dense(1)(TCN(8, kernel_size=3, dilations=(1, 2, 4))(inputs)))
    model.compile(keras.optimizers.Adam(0.01), "mse")
    losses = model.fit(x, y, epochs=8, batch_size=32, verbose=0).history["loss"]
    assert losses[-1] < 0.5 * losses[0]
