from keras_sklearn import SKLearnClassifier as SKLearnClassifier
from keras_sklearn import SKLearnRegressor as SKLearnRegressor
from keras_sklearn import SKLearnTransformer as SKLearnTransformer

from . import scikit_learn as scikit_learn
