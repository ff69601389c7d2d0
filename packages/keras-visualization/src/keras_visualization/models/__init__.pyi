from .diagram import Diagram as Diagram
from .diagram import Shown as Shown
from .diagram import diagram_of as diagram_of
from .model_to_dot import model_to_dot as model_to_dot
from .plot_model import plot_model as plot_model
