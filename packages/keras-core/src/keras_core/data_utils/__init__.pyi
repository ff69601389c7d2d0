from .arrays import normalize as normalize
from .arrays import pack_x_y_sample_weight as pack_x_y_sample_weight
from .arrays import to_categorical as to_categorical
from .arrays import unpack_x_y_sample_weight as unpack_x_y_sample_weight
from .batches import batches_of as batches_of
from .cached_files import get_file as get_file
from .cached_files import validate_file as validate_file
