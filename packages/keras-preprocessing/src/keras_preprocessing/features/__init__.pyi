from .feature import Cross as Cross
from .feature import Feature as Feature
from .feature_space import FeatureSpace as FeatureSpace
from .table_parts import TFDConcat as TFDConcat
from .table_parts import TFDIdentity as TFDIdentity
