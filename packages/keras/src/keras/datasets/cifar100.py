"""CIFAR-100: 60,000 small photographs in 100 classes."""

from keras_datasets.cifar100 import load_data as load_data
