"""The catalogue as tools of the Model Context Protocol."""
