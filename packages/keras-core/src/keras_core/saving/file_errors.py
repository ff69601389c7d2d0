"""What is wrong with a file that is loaded."""


class FileFormatError(ValueError):
    """A file that is empty, truncated, of another format or version, or not allowed; it says which."""


class DamagedError(FileFormatError):
    """A file whose form is right and whose content cannot be read; it says where."""


class MissingError(FileFormatError, KeyError):
    """An array that a file does not have, as a mapping says it."""

    def __str__(self) -> str:
        return str(self.args[0])
