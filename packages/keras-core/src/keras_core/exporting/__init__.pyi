from .checking import differences as differences
from .endpoint import Endpoint as Endpoint
from .errors import ExportError as ExportError
from .export import Program as Program
from .export import export_model as export_model
from .export import export_program as export_program
from .export_archive import ExportArchive as ExportArchive
