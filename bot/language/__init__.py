"""What a text says, read by rules alone: safety words, scores and dates. Pure functions, no model, no clock."""
