"""A path of Keras 2."""
