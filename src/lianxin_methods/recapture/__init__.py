"""What no list holds: the size of a population from lists that overlap, and whether the lists allow the question."""
