"""One folder a chat platform, the same four files in each: manifest, receive, render, client."""
