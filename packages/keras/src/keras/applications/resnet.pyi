from keras_applications.imagenet_utils import decode_predictions as decode_predictions
from keras_applications.resnet import ResNet50 as ResNet50
from keras_applications.resnet import ResNet101 as ResNet101
from keras_applications.resnet import ResNet152 as ResNet152
from keras_applications.resnet import preprocess_input as preprocess_input
