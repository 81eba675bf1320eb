"""What other systems saw members do: taken in once, and what follows from it."""
