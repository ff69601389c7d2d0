"""A path that TensorFlow looks for."""
