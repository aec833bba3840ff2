"""Interactive Brokers: stocks, currencies, futures and options, through a gateway of theirs."""
