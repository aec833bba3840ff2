"""Strategy documents: YAML or JSON in, checked rules out, and back."""

from engine.documents.library import library_names, library_strategy, library_text
from engine.documents.reading import read_document
from engine.documents.writing import write_document

__all__ = [
    "library_names",
    "library_strategy",
    "library_text",
    "read_document",
    "write_document",
]
