-- Title: Places in an area
SELECT id FROM place WHERE ST_Within(g, ST_GeomFromText(:'area', 4326))
