from . import backend as backend
from .get_updates import GetUpdatesAdapter as GetUpdatesAdapter
from .objectives import clip_norm as clip_norm
from .objectives import clone_metric as clone_metric
from .objectives import clone_metrics as clone_metrics
from .objectives import is_categorical_crossentropy as is_categorical_crossentropy
from .recurrent import ConvRecurrent2D as ConvRecurrent2D
from .recurrent import Recurrent as Recurrent
