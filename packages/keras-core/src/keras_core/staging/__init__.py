"""Variables, and the trace that redirects them while a function is staged."""
