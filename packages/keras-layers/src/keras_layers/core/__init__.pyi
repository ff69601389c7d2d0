from .dense import Dense as Dense
from .einsum_dense import EinsumDense as EinsumDense
from .embedding import Embedding as Embedding
from .highway import Highway as Highway
from .identity import Identity as Identity
from .lambda_layer import Lambda as Lambda
from .masking import Masking as Masking
from .maxout_dense import MaxoutDense as MaxoutDense
