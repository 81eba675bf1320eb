"""What is running, what waits, what failed, and what staff did."""
