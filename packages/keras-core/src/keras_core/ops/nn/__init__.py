"""Ops of neural networks, one kind a file."""
