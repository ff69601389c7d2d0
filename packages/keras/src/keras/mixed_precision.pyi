from keras_core.dtype_policies import DTypePolicy as DTypePolicy
from keras_core.dtype_policies import DTypePolicy as Policy
from keras_core.dtype_policies import dtype_policy as dtype_policy
from keras_core.dtype_policies import dtype_policy as global_policy
from keras_core.dtype_policies import set_dtype_policy as set_dtype_policy
from keras_core.dtype_policies import set_dtype_policy as set_global_policy
from keras_core.optimizers import LossScaleOptimizer as LossScaleOptimizer
