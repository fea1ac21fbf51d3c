-- Title: Places within 50 km
SELECT id FROM place WHERE ST_DWithin(g::geography, ST_GeomFromText(:'spot', 4326)::geography, 50000)
