-- Title: The land of each use as one geometry
SELECT use, ST_Union(g) FROM land_cover GROUP BY use
