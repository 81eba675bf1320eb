"""How well it goes: the measures, with their targets and trends."""
