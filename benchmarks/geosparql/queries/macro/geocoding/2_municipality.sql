-- Title: The middle of the municipality of a name
SELECT ST_Centroid(g) FROM municipality WHERE name = :'town'
