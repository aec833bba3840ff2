"""What each subcommand of the program does."""
