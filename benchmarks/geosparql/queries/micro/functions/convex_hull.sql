-- Title: The convex hull of every road
SELECT id, ST_ConvexHull(g) FROM road
