"""What do they want: from words to typed commands, or a question back. It can never act."""
