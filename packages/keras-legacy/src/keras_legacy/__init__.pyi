from . import backend as backend
from .get_updates import GetUpdatesAdapter as GetUpdatesAdapter
from .recurrent import ConvRecurrent2D as ConvRecurrent2D
from .recurrent import Recurrent as Recurrent
