from .commands import main as main
from .comparing import compare as compare
from .converting import convert as convert
from .inspecting import inspect_file as inspect_file
from .installed_backends import list_backends as list_backends
from .starting import start as start
from .verifying import verify as verify
