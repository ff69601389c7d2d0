from .layer_contract import Case as Case
from .layer_contract import LayerContract as LayerContract
from .optimizer_contract import OptimizerContract as OptimizerContract
