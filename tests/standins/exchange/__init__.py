"""Exchanges on 127.0.0.1: one matching core, and the wire of each exchange before it."""
