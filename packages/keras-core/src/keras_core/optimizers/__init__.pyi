from . import schedules as schedules
from .arguments import OptimizerArguments as OptimizerArguments
from .identifiers import deserialize as deserialize
from .identifiers import get as get
from .identifiers import serialize as serialize
from .optimizer import Optimizer as Optimizer
from .schedule import LearningRateSchedule as LearningRateSchedule

__all__ = [
    "LearningRateSchedule",
    "Optimizer",
    "OptimizerArguments",
    "deserialize",
    "get",
    "schedules",
    "serialize",
]
