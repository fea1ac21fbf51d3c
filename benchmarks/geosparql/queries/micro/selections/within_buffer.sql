-- Title: Places within half a degree, by a buffer around the spot
SELECT id FROM place WHERE ST_Within(g, ST_Buffer(ST_GeomFromText(:'spot', 4326), 0.5))
