from .arrangement import Arrangement as Arrangement
from .arrangement import Crossing as Crossing
from .arrangement import Edge as Edge
from .arrangement import Route as Route
from .arrangement import arrange as arrange
from .nested import Placement as Placement
from .nested import Rect as Rect
from .nested import place as place
