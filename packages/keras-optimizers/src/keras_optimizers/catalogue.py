"""What this distribution provides: public name → where it is. Loading it loads nothing else."""

_OPTIMIZERS = ("Adadelta", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lamb", "Lion", "Nadam", "RMSprop", "SGD")
_SCHEDULES = {
    "CosineDecay": "cosine_decay",
    "CosineDecayRestarts": "cosine_decay_restarts",
    "ExponentialDecay": "exponential_decay",
    "InverseTimeDecay": "inverse_time_decay",
    "PiecewiseConstantDecay": "piecewise_constant_decay",
    "PolynomialDecay": "polynomial_decay",
}

CATALOGUE: dict[str, str] = {
    **{name: f"keras_optimizers.{name.lower()}:{name}" for name in _OPTIMIZERS},
    **{name: f"keras_optimizers.schedules.{file}:{name}" for name, file in _SCHEDULES.items()},
}
