"""One folder an outside system."""
