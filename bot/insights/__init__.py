"""What can be learned from all that happened."""
