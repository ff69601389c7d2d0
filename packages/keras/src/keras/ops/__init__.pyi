from keras_core.ops import *

from . import image as image
from . import linalg as linalg
from . import nn as nn
from . import numpy as numpy
