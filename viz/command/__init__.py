"""The command `backglow`: what it reads from its arguments, and what it does with it."""
