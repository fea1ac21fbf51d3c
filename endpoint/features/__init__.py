"""Regions and practices as features for maps and geographic information systems.

Source: OGC API - Features, Part 1 (17-069r4), Part 2 (18-058r1), Part 3 (19-079r2); CQL2 (21-065r2).
"""
