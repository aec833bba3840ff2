"""One file a command; a folder is a help section."""
