"""`backglow step`: an expression walked through in a terminal, full screen or line by line."""
