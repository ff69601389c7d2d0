from .activity_regularization import ActivityRegularization as ActivityRegularization
from .alpha_dropout import AlphaDropout as AlphaDropout
from .dropout import Dropout as Dropout
from .gaussian_dropout import GaussianDropout as GaussianDropout
from .gaussian_noise import GaussianNoise as GaussianNoise
from .spatial_dropout1d import SpatialDropout1D as SpatialDropout1D
from .spatial_dropout2d import SpatialDropout2D as SpatialDropout2D
from .spatial_dropout3d import SpatialDropout3D as SpatialDropout3D
