"""Programs of TensorFlow: SavedModels and LiteRT files."""
