from .layer_contract import Case as Case
from .layer_contract import LayerContract as LayerContract
from .optimizer_contract import OptimizerContract as OptimizerContract
from .pieces import Affine as Affine
from .pieces import Descent as Descent
from .pieces import Drop as Drop
from .pieces import RunningMean as RunningMean
from .pieces import problem as problem
