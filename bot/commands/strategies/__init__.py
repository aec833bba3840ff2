"""What is done with strategies."""
