-- Title: Forest with hot spots in an area
SELECT DISTINCT land_cover.id FROM hot_spot JOIN land_cover ON ST_Contains(land_cover.g, hot_spot.g) WHERE land_cover.use = 'forest' AND ST_Within(hot_spot.g, ST_GeomFromText(:'area', 4326))
