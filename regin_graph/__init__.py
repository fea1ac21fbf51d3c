"""REGIN Graph: the open knowledge graph of regional migrant and refugee integration in Europe."""

__version__ = "0.1.0"
