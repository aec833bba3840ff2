"""What an account's history amounts to: statistics of equity and of trades."""
