"""A path at which TensorFlow looks for Keras."""
