-- Title: Land cover that lies partly in an area
SELECT id FROM land_cover WHERE ST_Overlaps(g, ST_GeomFromText(:'area', 4326))
