"""Channels to members. Each folder verifies, parses and sends for one provider, and knows no other."""
