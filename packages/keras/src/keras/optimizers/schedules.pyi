from keras_core.optimizers import LearningRateSchedule as LearningRateSchedule
from keras_core.optimizers import deserialize_schedule as deserialize
from keras_core.optimizers import serialize_schedule as serialize
from keras_optimizers.schedules import *
