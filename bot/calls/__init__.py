"""Phone calls that connect a member with their Member Success Manager."""
