"""What the registry shows: frozen lines, in a constant number of queries."""
