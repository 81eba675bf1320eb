"""Tests. See CONTRIBUTING.md for what lies where."""
