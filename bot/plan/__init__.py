"""What will happen with a member if they stay silent, and what has happened, each with its reason in words."""
