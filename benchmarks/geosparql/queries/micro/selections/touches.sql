-- Title: The neighbours of a municipality
SELECT id FROM municipality WHERE ST_Touches(g, ST_GeomFromText(:'cell', 4326))
