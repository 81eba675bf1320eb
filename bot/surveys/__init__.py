"""Surveys: when each member is asked, how the answers are read and kept, and what they come to."""
