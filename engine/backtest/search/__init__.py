"""Looking for numbers, and for reasons not to believe what was found."""
