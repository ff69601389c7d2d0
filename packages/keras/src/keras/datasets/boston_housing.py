"""Boston Housing: prices of houses in 506 districts."""

from keras_datasets.boston_housing import load_data as load_data
