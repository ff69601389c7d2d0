"""CIFAR-10: 60,000 small photographs in 10 classes."""

from keras_datasets.cifar10 import load_data as load_data
