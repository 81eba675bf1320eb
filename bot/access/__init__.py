"""Who may use the console, and who is signed in."""
