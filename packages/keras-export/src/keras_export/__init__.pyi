from .to_onnx.writing import onnx_model as onnx_model
