"""What the bot needs from outside: its stores, its platforms, its drawing room."""
