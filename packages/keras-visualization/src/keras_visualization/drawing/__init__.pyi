from .mermaid import mermaid_of as mermaid_of
from .raster import pixels_of as pixels_of
from .scene import Scene as Scene
from .sketch import DIRECTIONS as DIRECTIONS
from .sketch import SPLINES as SPLINES
from .sketch import scene_of as scene_of
from .svg import html_of as html_of
from .svg import svg_of as svg_of
