from keras_core.optimizers import LearningRateSchedule as LearningRateSchedule
from keras_core.optimizers import deserialize_schedule as _deserialize
from keras_core.optimizers import serialize_schedule as _serialize
from keras_optimizers.schedules import *

deserialize = _deserialize
serialize = _serialize
