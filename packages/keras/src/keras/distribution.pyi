from keras_distribution import *
