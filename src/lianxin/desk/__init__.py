"""Today and global search."""
