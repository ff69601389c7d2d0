"""Compiling programs: calling graphs with little overhead, and by XLA once that pays."""
