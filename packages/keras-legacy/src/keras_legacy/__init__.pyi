from . import backend as backend
from .get_updates import GetUpdatesAdapter as GetUpdatesAdapter
