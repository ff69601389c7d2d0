from .activation import Activation as Activation
from .elu import ELU as ELU
from .leaky_relu import LeakyReLU as LeakyReLU
from .prelu import PReLU as PReLU
from .relu import ReLU as ReLU
from .softmax import Softmax as Softmax
from .thresholded_relu import ThresholdedReLU as ThresholdedReLU
