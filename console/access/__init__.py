"""Who may come in: sessions, one-time links, sign-in by the organisation's own accounts, roles."""
