"""Fashion-MNIST: 70,000 pictures of clothes."""

from keras_datasets.fashion_mnist import load_data as load_data
