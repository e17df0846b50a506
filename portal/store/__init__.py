"""The witness: one SQLite file that holds every event, written by one thread. It decides nothing."""
