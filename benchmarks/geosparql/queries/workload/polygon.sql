-- Title: Points within a polygon; the polygon is put in for ?area
SELECT id FROM point WHERE ST_Within(g, ST_GeomFromText(:'area', 4326))
