from keras_core.exporting import ExportArchive as ExportArchive
from keras_core.exporting import ExportError as ExportError
