"""The processes: all in one for one machine, or one for each role, as many as are needed, over one PostgreSQL."""
