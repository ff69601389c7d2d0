"""Layers of code that is written for the framework."""
