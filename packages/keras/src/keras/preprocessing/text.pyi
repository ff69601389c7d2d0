from keras_preprocessing.text import *
