"""The steps, named by the version that they lead to."""
