-- Title: Places with their municipality
SELECT one.id, other.id FROM place one JOIN municipality other ON ST_Within(one.g, other.g)
