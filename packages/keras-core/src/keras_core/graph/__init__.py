"""Tensors that stand for values to come, and the graph they form."""
