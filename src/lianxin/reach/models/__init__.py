"""What reach keeps: duties, visits, counts, foundings. Private to `reach` and to foreign keys by label."""
