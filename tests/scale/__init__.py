"""Several machines: workers in network namespaces of their own, over one PostgreSQL."""
