from keras_core.metrics import *
from keras_core.metrics import MeanIoU as MeanIoU
from keras_legacy import clone_metric as clone_metric
from keras_legacy import clone_metrics as clone_metrics

from . import backend as K

# Keras 2's name
BaseMeanIoU = MeanIoU
