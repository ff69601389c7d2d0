"""What each op of a prediction costs, on the backend `numpy-profiled`."""

from op_profile.costs import Cost, Costs, profile

__all__ = ["Cost", "Costs", "profile"]
