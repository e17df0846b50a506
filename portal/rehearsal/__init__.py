"""``portal rehearse``: the real quiz before class, with bots, on the very machine that will serve it."""
