"""Slack's Web API, its signed events and interactions, and a workspace with one channel."""
