"""What files may name of this distribution: the name in files → where it is. Loading it loads nothing else."""

CATALOGUE: dict[str, str] = {
    "ConvRecurrent2D": "keras_legacy.recurrent:ConvRecurrent2D",
    "Recurrent": "keras_legacy.recurrent:Recurrent",
    "keras_legacy>hard_sigmoid_of_keras_2": "keras_legacy.backend.neural:hard_sigmoid",
}
