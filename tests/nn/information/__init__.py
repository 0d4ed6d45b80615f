"""Information theory and likelihood."""
