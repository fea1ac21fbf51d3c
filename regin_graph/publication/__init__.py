"""Publishing: datasets and their catalogue, dumps, versions, statistics of the graph, feeds of changes."""
