-- Title: The municipality a spot lies in
SELECT name FROM municipality WHERE ST_Contains(g, ST_GeomFromText(:'spot', 4326))
