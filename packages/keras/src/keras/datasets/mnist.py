"""MNIST: 70,000 handwritten digits."""

from keras_datasets.mnist import load_data as load_data
