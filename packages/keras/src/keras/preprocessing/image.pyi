from keras_preprocessing.image import *
