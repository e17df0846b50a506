"""A live quiz: what may be asked (commands), what happened (events), what is so (state), what is allowed (rules)."""
