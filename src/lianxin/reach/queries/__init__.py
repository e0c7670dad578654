"""What reach reads for its pages: frozen dataclasses, constant numbers of queries."""
