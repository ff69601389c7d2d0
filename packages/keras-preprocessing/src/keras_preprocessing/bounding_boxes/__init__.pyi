from .clip_to_image_size import clip_to_image_size as clip_to_image_size
from .convert_format import convert_format as convert_format
