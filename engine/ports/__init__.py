"""What the engine's shells need from outside: time, ids, chance, prices, venues, storage."""
