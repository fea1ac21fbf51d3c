-- Title: What the map shows in a box: road
SELECT id, name, g FROM road WHERE ST_Intersects(g, ST_GeomFromText(:'box', 4326))
