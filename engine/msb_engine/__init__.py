"""The dialogue engine: what of ours runs inside Rasa, and what trains, checks and serves it."""
