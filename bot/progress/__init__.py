"""Where a member stands in a journey, and what moves them on."""
