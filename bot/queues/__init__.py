"""Queues that are bounded: what happens when they grow, and what they hold."""
