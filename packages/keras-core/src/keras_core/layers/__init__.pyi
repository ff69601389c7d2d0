from .input_layer import Input as Input
from .input_layer import InputLayer as InputLayer
from .input_spec import InputSpec as InputSpec
from .layer import Layer as Layer
from .lookup import deserialize as deserialize
from .lookup import get as get
from .lookup import serialize as serialize
