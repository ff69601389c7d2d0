from .default import dtype_policy as dtype_policy
from .identifiers import deserialize as deserialize
from .identifiers import get as get
from .identifiers import serialize as serialize
from .identifiers import set_dtype_policy as set_dtype_policy
from .policy import DTypePolicy as DTypePolicy
from .policy_map import DTypePolicyMap as DTypePolicyMap
