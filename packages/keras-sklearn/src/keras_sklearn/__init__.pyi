from ._estimator import KerasEstimator as KerasEstimator
from .classifiers import KerasClassifier as KerasClassifier
from .classifiers import SKLearnClassifier as SKLearnClassifier
from .regressors import KerasRegressor as KerasRegressor
from .regressors import SKLearnRegressor as SKLearnRegressor
from .transformers import KerasTransformer as KerasTransformer
from .transformers import SKLearnTransformer as SKLearnTransformer
