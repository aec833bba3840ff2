"""Who is told what, and that it arrives."""
