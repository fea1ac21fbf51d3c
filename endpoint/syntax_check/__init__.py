"""Where a text stops being SPARQL, and what could stand there: a check by grammar, used to explain what the engine refused."""
