"""The web console: what admins and Member Success Managers look at. NiceGUI draws it; `bot/` knows and decides."""
