"""Organisations, bodies, people, memberships, posts, consent; import, duplicates, merge."""
