"""Charts: frozen specs in, PNG bytes out."""
