-- Title: People living in the places of each district
SELECT district.name, sum(place.population) FROM district JOIN place ON ST_Contains(district.g, place.g) GROUP BY district.name
