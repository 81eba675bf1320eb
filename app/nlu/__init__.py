"""How well the assistant understands, measured on files of examples."""
