-- Title: The place nearest to a spot, within 30 km
SELECT name FROM place WHERE ST_DWithin(g::geography, ST_GeomFromText(:'spot', 4326)::geography, 30000) ORDER BY g::geography <-> ST_GeomFromText(:'spot', 4326)::geography LIMIT 1
