"""Reuters: 11,228 newswires as lists of words, in 46 topics."""

from keras_datasets.reuters import get_label_names as get_label_names
from keras_datasets.reuters import get_word_index as get_word_index
from keras_datasets.reuters import load_data as load_data
