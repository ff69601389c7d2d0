"""Keras 2's HDF5 files: whole models and weights."""
