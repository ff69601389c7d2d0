from .from_onnx.control_flow import Cond as Cond
from .from_onnx.control_flow import Scan as Scan
from .from_onnx.control_flow import WhileLoop as WhileLoop
from .from_onnx.layers import ComputedSizes as ComputedSizes
from .from_onnx.layers import WeightTensor as WeightTensor
from .from_onnx.reading import read_onnx as read_onnx
from .to_onnx.writing import onnx_model as onnx_model
