"""Strategy documents: YAML or JSON in, checked rules out, and back."""

from engine.documents.library import (
    library_names,
    library_strategy,
    library_text,
    plug_in_names,
)
from engine.documents.plug_ins import installed
from engine.documents.reading import read_document
from engine.documents.writing import write_document

__all__ = [
    "installed",
    "library_names",
    "library_strategy",
    "library_text",
    "plug_in_names",
    "read_document",
    "write_document",
]
