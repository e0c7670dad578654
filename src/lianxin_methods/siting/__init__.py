"""Where something should stand, and who should share it."""
