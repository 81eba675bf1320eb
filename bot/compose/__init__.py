"""Fitting what is said into what a channel takes: parts, cuts, numbered choices, buttons. Pure."""
