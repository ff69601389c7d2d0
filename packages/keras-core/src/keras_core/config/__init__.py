"""Process-wide settings: floatx, epsilon, image data format, and the file keras.json."""

import lazy_loader

from keras_core.config.settings import (
    check_numerics as check_numerics,
)
from keras_core.config.settings import (
    epsilon as epsilon,
)
from keras_core.config.settings import (
    floatx as floatx,
)
from keras_core.config.settings import (
    image_data_format as image_data_format,
)
from keras_core.config.settings import (
    keras_json as keras_json,
)
from keras_core.config.settings import (
    rng as rng,
)
from keras_core.config.settings import (
    set_check_numerics as set_check_numerics,
)
from keras_core.config.settings import (
    set_epsilon as set_epsilon,
)
from keras_core.config.settings import (
    set_floatx as set_floatx,
)
from keras_core.config.settings import (
    set_image_data_format as set_image_data_format,
)
from keras_core.config.settings import (
    set_rng as set_rng,
)
from keras_core.config.settings import (
    standardize_data_format as standardize_data_format,
)

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
