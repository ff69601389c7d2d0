"""Digits: 1,797 small handwritten digits that come with scikit-learn."""

from keras_datasets.digits import load_data as load_data
