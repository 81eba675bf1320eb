"""What the assistant does in a conversation: each action of the dialogue engine is one call into here."""
