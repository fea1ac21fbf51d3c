"""Outside files become proposed rows and records for review; nothing goes straight into the graph."""
