"""What this distribution provides: public name → where it is. Loading it loads nothing else."""

_MODULES = {"layers": ("ComputedSizes", "WeightTensor"), "control_flow": ("Cond", "Scan", "WhileLoop")}
CATALOGUE: dict[str, str] = {
    name: f"{__package__}.from_onnx.{module}:{name}" for module, names in _MODULES.items() for name in names
}
