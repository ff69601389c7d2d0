from .feature import Cross as Cross
from .feature import Feature as Feature
from .feature_space import FeatureSpace as FeatureSpace
