from keras_preprocessing.bounding_boxes import *
