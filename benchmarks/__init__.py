"""Measurements of the project, and the other servers they compare with."""
