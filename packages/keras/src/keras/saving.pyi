from keras_core.saving import *
from keras_formats import KerasFileEditor as KerasFileEditor
