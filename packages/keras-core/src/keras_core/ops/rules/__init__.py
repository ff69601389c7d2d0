"""Shape and dtype rules of the ops, which report errors of arguments before a backend does."""
