"""The peers of `benchmarks.replay` and `benchmarks.demo`: one module per library, none of which knows backglow.

They run as a script (`python benchmarks/peers ...`), so that an environment of their own may have the libraries.
"""
