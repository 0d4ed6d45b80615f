"""The keys of the full-screen stepper: what they are called, what they ask, and how they are explained."""

from __future__ import annotations

__all__ = ["HELP", "HINTS", "KEYS", "QUESTIONS"]

HELP = """\
j ↓ →  next step      k ↑ ←  previous
J K    next, previous group (ten steps
       where there are none)
10j    a count before any of them
g G    first, last step
b      breakpoint at the node: on, off
B      break on numbers: > 1e3, or nan
c      on to the next breakpoint
t      on to a node, by its name
/ n N  find a node, the next, previous
e      change an input
s      save a picture
Tab    graph or table, where narrow
q      quit       ? or Esc closes this,
                  j k move it

▶ current gate   • its operands
● breakpoint   › found or clicked
? not known yet   3 + ? more to come"""
"""What `?` shows."""

HINTS = "j/k step  J/K leap  g/G ends  ? help  q quit  b/B break  c go on  t to  / find  e edit  s save"
"""What stands at the foot of the screen."""

KEYS = {
    "down": "j", "right": "j", "enter": "j", "space": "j", "up": "k", "left": "k", "pagedown": "J", "pageup": "K",
    "home": "g", "end": "G", "escape": "escape",
}  # fmt: skip
"""Keys that mean the same as a letter."""

QUESTIONS = {
    "B": "break where |∇| >", "t": "run to", "/": "/", "e": "change NAME=NUMBER:", "s": "save as",
}  # fmt: skip
"""What the keys that need an answer ask."""
