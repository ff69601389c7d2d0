"""Dilated convolutions forecast a chaotic series, and say how sure they are.

The series is that of M. Mackey and L. Glass, Oscillation and Chaos in Physiological Control Systems, 1977, with noise;
the network is as A. van den Oord et al., WaveNet, 2016 (arXiv:1609.03499) have it.
"""

import sys

import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers, ops
from keras.callbacks import ReduceLROnPlateau
from keras.utils import timeseries_dataset_from_array

SHORT = "--short" in sys.argv
POINTS, EPOCHS, FILTERS = (700, 6, 16) if SHORT else (8000, 30, 32)
PAST, FUTURE, DELAY, NOISE = 64, 24, 17, 0.02
QUANTILES = (0.1, 0.5, 0.9)

keras.utils.set_random_seed(1)


def mackey_glass(points, fine=10):
    """The series at whole times, by Euler's method with steps of a tenth."""
    x = [1.2] * (DELAY * fine + 1)
    for _ in range((points + 200) * fine):
        x.append(x[-1] + (0.2 * x[-1 - DELAY * fine] / (1 + x[-1 - DELAY * fine] ** 10) - 0.1 * x[-1]) / fine)
    return np.array(x[-points * fine :: fine])


series = (mackey_glass(POINTS) + np.random.default_rng(1).normal(0, NOISE, POINTS)).astype("float32")[:, None]
first_test = POINTS * 4 // 5
mean, deviation = series[:first_test].mean(), series[:first_test].std()
series = (series - mean) / deviation


def windows(part, **options):
    """Batches of PAST points, and the FUTURE points that follow them."""
    later = np.lib.stride_tricks.sliding_window_view(part[PAST:, 0], FUTURE)
    return timeseries_dataset_from_array(part[:-FUTURE], later, sequence_length=PAST, batch_size=64, **options)


train = windows(series[:first_test], shuffle=True, seed=1)
test = windows(series[first_test:])


def pinball(y_true, y_pred):
    """Least where a share of `quantile` of what comes is below what is said."""
    error = ops.expand_dims(y_true, -1) - y_pred
    quantiles = ops.array(QUANTILES)
    return ops.mean(ops.maximum(quantiles * error, (quantiles - 1) * error), axis=(1, 2))


inputs = keras.Input((PAST, 1))
x = layers.Conv1D(FILTERS, 1)(inputs)
for dilation in (1, 2, 4, 8, 16):
    y = layers.Conv1D(2 * FILTERS, 3, padding="causal", dilation_rate=dilation, activation="relu")(x)
    x = layers.Add()([x, layers.Conv1D(FILTERS, 1)(y)])
x = layers.Dense(128, activation="relu")(x[:, -1])
outputs = layers.Reshape((FUTURE, len(QUANTILES)))(layers.Dense(FUTURE * len(QUANTILES))(x))
model = keras.Model(inputs, outputs)
model.compile(optimizer=keras.optimizers.Adam(0.002), loss=pinball)
history = model.fit(
    train,
    epochs=EPOCHS,
    validation_data=test,
    callbacks=[ReduceLROnPlateau("loss", factor=0.5, patience=2)],
    verbose=2,
).history

# ------------------------------------------------------------------- how good it is, beside what is simpler

x_test, y_test = (np.concatenate(parts) for parts in zip(*((np.asarray(x), np.asarray(y)) for x, y in test)))
said = model.predict(x_test, verbose=0)
x_train, y_train = (np.concatenate(parts) for parts in zip(*((np.asarray(x), np.asarray(y)) for x, y in train)))


def with_one(x):
    return np.concatenate([x[..., 0], np.ones((len(x), 1), x.dtype)], axis=1)


linear = with_one(x_test) @ np.linalg.lstsq(with_one(x_train), y_train, rcond=None)[0]
last = np.repeat(x_test[:, -1], FUTURE, axis=1)


def error(guess):
    """Root of the mean square, in deviations of the series."""
    return np.sqrt(np.mean((guess - y_test) ** 2))


print(f"held-out error of the last value: {error(last):.4f}")
print(f"held-out error of a linear model: {error(linear):.4f}")
print(f"error of who knows all but the noise: {NOISE / deviation:.4f}")
print(f"held-out error: {error(said[..., 1]):.4f}")
print(f"share between the outer quantiles: {np.mean((y_test > said[..., 0]) & (y_test < said[..., 2])):.4f}")

figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained", width_ratios=(1, 1.6))
for guess, label in ((last, "the last value"), (linear, "a linear model"), (said[..., 1], "the network")):
    left.plot(range(1, FUTURE + 1), np.sqrt(np.mean((guess - y_test) ** 2, axis=0)), label=label)
left.set(xlabel="points ahead", ylabel="held-out error", ylim=(0, None))
left.legend()
row, before, after = len(x_test) // 2, np.arange(-PAST, 0), np.arange(FUTURE)
right.plot(before, x_test[row, :, 0], color="black", label="what the network is given")
right.plot(after, y_test[row], "k.", label="what came")
right.plot(after, said[row, :, 1], color="tab:blue", label="what it said")
right.fill_between(after, said[row, :, 0], said[row, :, 2], alpha=0.3, label="between its quantiles 0.1 and 0.9")
right.set(xlabel="time")
right.legend()
figure.savefig("time_series.png", dpi=100)
