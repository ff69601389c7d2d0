from .file_editor import KerasFileEditor as KerasFileEditor
from .spec import NPZ as NPZ
from .spec import SAFETENSORS as SAFETENSORS
