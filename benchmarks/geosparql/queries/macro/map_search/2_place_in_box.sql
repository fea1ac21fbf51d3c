-- Title: What the map shows in a box: place
SELECT id, name, g FROM place WHERE ST_Intersects(g, ST_GeomFromText(:'box', 4326))
