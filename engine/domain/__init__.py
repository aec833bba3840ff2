"""The words of trading as values: identifiers, money, instruments, orders, positions, events."""
