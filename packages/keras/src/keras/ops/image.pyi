from keras_core.ops import *
from keras_core.random import elastic_transform as elastic_transform
