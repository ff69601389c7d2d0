"""A photo in the style of another: its pixels follow the gradient of what a network says of both, the Keras 2 way.

L. A. Gatys, A. S. Ecker, M. Bethge, A Neural Algorithm of Artistic Style, 2015 (arXiv:1508.06576). That a network of
random weights will do is from K. He, Y. Wang, J. Hopcroft, A Powerful Generative Model Using Random Weights for the
Deep Image Representation, 2016 (arXiv:1606.04801). Both photos come with scikit-learn.
"""

import sys

import matplotlib.pyplot as plt
import numpy as np
from keras import backend as K
from keras.layers import AveragePooling2D, Conv2D
from keras.models import Model, Sequential
from keras.utils import set_random_seed
from scipy.optimize import fmin_l_bfgs_b
from sklearn.datasets import load_sample_image

SHORT = "--short" in sys.argv
SMALLER, FILTERS, STEPS = (16, 8, 8) if SHORT else (4, 32, 150)
STYLE_WEIGHT, SMOOTH_WEIGHT = 20.0, 0.3

set_random_seed(1)


def photo(name):
    """One of scikit-learn's photos, smaller, as (1, height, width, 3) from -1 to 1."""
    pixels = load_sample_image(name)[:416, :640] / 127.5 - 1
    height, width, _ = pixels.shape
    return (
        pixels.reshape(height // SMALLER, SMALLER, width // SMALLER, SMALLER, 3)
        .mean(axis=(1, 3))[None]
        .astype("float32")
    )


content, style = photo("china.jpg"), photo("flower.jpg")

network = Sequential()
network.add(
    Conv2D(FILTERS, 3, activation="relu", kernel_initializer="he_normal", input_shape=(None, None, 3), name="fine")
)
network.add(AveragePooling2D())
network.add(Conv2D(2 * FILTERS, 3, activation="relu", kernel_initializer="he_normal", name="middle"))
network.add(AveragePooling2D())
network.add(Conv2D(4 * FILTERS, 3, activation="relu", kernel_initializer="he_normal", name="coarse"))
names = ("fine", "middle", "coarse")
look = Model(network.input, [network.get_layer(name).output for name in names])
look.trainable = False


def gram(features):
    """Which features come together, wherever they do: the style, without the picture."""
    flat = K.reshape(features, (-1, K.int_shape(features)[-1]))
    return K.dot(K.transpose(flat), flat) / K.cast(K.shape(flat)[0], "float32")


def relative(found, wanted):
    """The distance of two tensors by the size of the one that is wanted."""
    return K.sum(K.square(found - wanted)) / K.sum(K.square(wanted))


picture = K.placeholder(shape=content.shape)
seen, content_seen, style_seen = (dict(zip(names, look(x))) for x in (picture, K.constant(content), K.constant(style)))
content_loss = relative(seen["middle"], content_seen["middle"])
style_loss = sum(relative(gram(seen[name]), gram(style_seen[name])) for name in names) / len(names)
rough = K.mean(K.square(picture[:, 1:] - picture[:, :-1])) + K.mean(K.square(picture[:, :, 1:] - picture[:, :, :-1]))
loss = content_loss + STYLE_WEIGHT * style_loss + SMOOTH_WEIGHT * rough
slope = K.gradients(loss, picture)[0]
evaluate = K.function([picture], [loss, slope, content_loss, style_loss])
curve = []


def loss_and_slope(flat):
    """What L-BFGS asks for, in its shapes and precision."""
    value, slope, *losses = evaluate([flat.reshape(content.shape).astype("float32")])
    curve.append([float(one) for one in losses])
    return float(value), np.asarray(slope, "float64").ravel()


result, _, _ = fmin_l_bfgs_b(
    loss_and_slope, content.ravel().astype("float64"), bounds=[(-1, 1)] * content.size, maxfun=STEPS
)
result = result.reshape(content.shape).astype("float32")
_, _, content_left, style_left = (float(np.asarray(value).mean()) for value in evaluate([result]))
_, _, style_of_style, _ = (float(np.asarray(value).mean()) for value in evaluate([style]))
print(f"distance of the photo to the style: {curve[0][1]:.4f}")
print(f"distance of the result to the style: {style_left:.4f}")
print(f"distance of the other photo to the content: {style_of_style:.4f}")
print(f"distance of the result to the content: {content_left:.4f}")

figure, cells = plt.subplots(1, 4, figsize=(11, 2.4), layout="constrained", width_ratios=(1.6, 1.6, 1.6, 1.2))
for cell, pixels, title in zip(cells, (content, style, result), ("content", "style", "result")):
    cell.imshow((pixels[0] + 1) / 2)
    cell.set(title=title, xticks=[], yticks=[])
for losses, label in zip(np.transpose(curve), ("content", "style")):
    cells[3].semilogy(losses[1:], label=label)
cells[3].set(xlabel="calls of the network", title="distances", ylim=(1e-3, 2))
cells[3].legend()
figure.savefig("style_transfer.png", dpi=100)
