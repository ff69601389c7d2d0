from keras_core import Sequential as Sequential
from keras_core.data_utils import to_categorical as to_categorical
from keras_sklearn import KerasClassifier as KerasClassifier
from keras_sklearn import KerasEstimator as KerasEstimator
from keras_sklearn import KerasRegressor as KerasRegressor
from keras_sklearn import KerasTransformer as KerasTransformer

BaseWrapper = KerasEstimator
