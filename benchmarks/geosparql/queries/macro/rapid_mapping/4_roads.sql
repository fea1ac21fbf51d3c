-- Title: Roads within 5 km of hot spots in an area
SELECT DISTINCT road.id, road.name FROM hot_spot JOIN road ON ST_DWithin(hot_spot.g::geography, road.g::geography, 5000) WHERE ST_Within(hot_spot.g, ST_GeomFromText(:'area', 4326))
