"""Pages of the registry: one query or one operation each."""
