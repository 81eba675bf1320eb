"""Members: the list, a page each, and imports."""
