"""Messages on their way out: enqueued in the transaction that decided them, delivered by lanes."""
