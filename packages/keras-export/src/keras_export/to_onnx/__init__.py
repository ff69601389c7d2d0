"""Graphs of ops as ONNX."""
