from keras_core.dtype_policies import DTypePolicy as DTypePolicy
from keras_core.dtype_policies import dtype_policy as dtype_policy
from keras_core.dtype_policies import set_dtype_policy as set_dtype_policy
from keras_core.optimizers import LossScaleOptimizer as LossScaleOptimizer

# names of Keras 2
Policy = DTypePolicy
global_policy = dtype_policy
set_global_policy = set_dtype_policy
