"""Side-by-side measurements against peers. Not tests: they print ratios, and nothing here asserts a time."""
