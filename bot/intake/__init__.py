"""What comes in: accepted at once, then understood and answered in order, one lane a person."""
