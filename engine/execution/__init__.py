"""Orders from wish to fill: states, protection, cancelling."""
