"""Kernels registered with PyTorch as custom operators."""
