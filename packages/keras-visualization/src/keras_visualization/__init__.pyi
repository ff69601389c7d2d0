from .models.model_to_dot import model_to_dot as model_to_dot
from .models.plot_model import plot_model as plot_model
