"""Money, tables, charts and paper: shared ways to say things."""
