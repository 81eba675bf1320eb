"""Reaching out: what is due, which rung comes next, and whether it may be sent."""
