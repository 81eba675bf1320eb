"""Cases for a person: opening, claiming, notes, replies, resolving. How staff see them is an edge's affair."""
