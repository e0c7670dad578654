"""How long something takes when some are still waiting: curves, medians and their limits."""
