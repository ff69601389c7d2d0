"""California Housing: prices of houses in 20,640 districts."""

from keras_datasets.california_housing import load_data as load_data
