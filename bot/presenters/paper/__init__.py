"""Paper: frozen specs in, PDF and CSV bytes out."""
