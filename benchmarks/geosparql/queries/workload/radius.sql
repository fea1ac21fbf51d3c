-- Title: Points within 20 km of a place; the place is put in for ?spot
SELECT id FROM point WHERE ST_DWithin(g::geography, ST_GeomFromText(:'spot', 4326)::geography, 20000)
