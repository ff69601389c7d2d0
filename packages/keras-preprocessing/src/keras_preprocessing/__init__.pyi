from . import bounding_boxes as bounding_boxes
from . import features as features
from . import folders as folders
from . import image as image
from . import layers as layers
from . import sequence as sequence
from . import text as text
