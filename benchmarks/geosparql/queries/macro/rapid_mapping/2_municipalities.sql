-- Title: Municipalities with hot spots in an area, counted
SELECT municipality.name, count(*) FROM hot_spot JOIN municipality ON ST_Contains(municipality.g, hot_spot.g) WHERE ST_Within(hot_spot.g, ST_GeomFromText(:'area', 4326)) GROUP BY municipality.name
