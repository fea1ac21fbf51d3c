-- Title: The ten points nearest to a place; the place is put in for ?spot
SELECT id FROM point ORDER BY g::geography <-> ST_GeomFromText(:'spot', 4326)::geography LIMIT 10
