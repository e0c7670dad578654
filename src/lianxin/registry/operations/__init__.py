"""What writes the registry. Each operation takes who acts and when, and leaves one audit entry."""
