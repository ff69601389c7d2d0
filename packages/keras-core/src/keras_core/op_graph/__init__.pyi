from .counting import arithmetic_of as arithmetic_of
from .export import export_graph as export_graph
from .graph import OpGraph as OpGraph
from .nodes import GraphNode as GraphNode
from .nodes import GraphParts as GraphParts
from .nodes import GraphValue as GraphValue
from .recorder import Recorder as Recorder
from .running import evaluate as evaluate
