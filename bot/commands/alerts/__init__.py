"""Being told when something happens."""
