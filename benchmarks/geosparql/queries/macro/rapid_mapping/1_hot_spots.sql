-- Title: Certain hot spots in an area
SELECT id, confidence, g FROM hot_spot WHERE confidence >= 50 AND ST_Within(g, ST_GeomFromText(:'area', 4326))
