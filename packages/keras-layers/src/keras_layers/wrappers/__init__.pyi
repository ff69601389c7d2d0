from .bidirectional import Bidirectional as Bidirectional
from .time_distributed import TimeDistributed as TimeDistributed
from .wrapper import Wrapper as Wrapper
