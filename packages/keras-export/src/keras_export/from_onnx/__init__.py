"""Graphs of ONNX as functional models."""
