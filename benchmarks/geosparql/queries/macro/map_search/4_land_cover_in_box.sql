-- Title: What the map shows in a box: land cover
SELECT id, use, g FROM land_cover WHERE ST_Intersects(g, ST_GeomFromText(:'box', 4326))
