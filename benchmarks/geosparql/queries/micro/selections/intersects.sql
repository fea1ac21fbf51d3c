-- Title: Roads that meet an area
SELECT id FROM road WHERE ST_Intersects(g, ST_GeomFromText(:'area', 4326))
