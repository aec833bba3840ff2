"""The numeric pass: fixed code, compiled once at set-up, that serves every strategy."""
