"""The layers that architectures define: name in files → where it is. Loading it loads nothing else."""

CATALOGUE: dict[str, str] = {
    "CustomScaleLayer": "keras_applications.inception_resnet_v2:CustomScaleLayer",
    "LayerScale": "keras_applications.convnext:LayerScale",
}
