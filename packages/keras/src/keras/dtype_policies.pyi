from keras_core.dtype_policies import DTypePolicy as DTypePolicy
from keras_core.dtype_policies import DTypePolicyMap as DTypePolicyMap
from keras_core.dtype_policies import deserialize as deserialize
from keras_core.dtype_policies import get as get
from keras_core.dtype_policies import serialize as serialize

FloatDTypePolicy = DTypePolicy
