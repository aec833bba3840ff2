"""The desk's one HTTP server."""
