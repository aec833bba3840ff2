"""The paper venue: our own exchange, filling from the prices it is told, without a network."""
