"""Composition: the only place that sees everything."""
