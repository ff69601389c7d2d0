from keras_preprocessing.sequence import *
