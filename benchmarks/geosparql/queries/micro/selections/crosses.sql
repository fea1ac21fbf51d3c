-- Title: Roads that cross a line
SELECT id FROM road WHERE ST_Crosses(g, ST_GeomFromText(:'line', 4326))
