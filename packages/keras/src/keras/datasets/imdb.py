"""IMDB: 50,000 reviews of films as lists of words, and whether the film was liked."""

from keras_datasets.imdb import get_word_index as get_word_index
from keras_datasets.imdb import load_data as load_data
