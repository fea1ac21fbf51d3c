"""Match names to the things of the graph: tolerant of accents, alphabets, word order and language."""
