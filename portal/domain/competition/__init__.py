"""A contest of teams. It shares ids and options with the quiz and nothing else."""
