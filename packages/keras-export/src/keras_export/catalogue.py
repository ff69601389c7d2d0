"""What this distribution provides: public name → where it is. Loading it loads nothing else."""

CATALOGUE: dict[str, str] = {
    name: f"{__package__}.from_onnx.layers:{name}" for name in ("ComputedSizes", "WeightTensor")
}
