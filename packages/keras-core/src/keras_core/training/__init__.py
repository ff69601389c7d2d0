"""compile, fit, evaluate, predict: the one training loop."""
