"""One file per output format; each has a function from a Trace to text or bytes."""
