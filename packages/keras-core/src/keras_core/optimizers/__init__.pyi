from .arguments import OptimizerArguments as OptimizerArguments
from .identifiers import deserialize as deserialize
from .identifiers import get as get
from .identifiers import serialize as serialize
from .optimizer import Optimizer as Optimizer
from .schedule import LearningRateSchedule as LearningRateSchedule
from .schedule import deserialize_schedule as deserialize_schedule
from .schedule import serialize_schedule as serialize_schedule
