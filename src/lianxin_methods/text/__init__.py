"""What people write in: the kind of a message, with the words that decided, and issues that come again."""
