"""``portal rehearse``: the real pool before class, with bots, on the very machine that will serve it."""
