"""Trading; knows nobody."""
