"""Pages of accounts, grants and tokens, and one's own page."""
