"""Protection of small counts: which cells are hidden, and what an attacker could still find out."""
