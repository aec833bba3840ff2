"""What programs may ask of the desk, whichever protocol they speak."""
