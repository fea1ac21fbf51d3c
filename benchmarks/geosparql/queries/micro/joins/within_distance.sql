-- Title: Hot spots with the places within 10 km
SELECT one.id, other.id FROM hot_spot one JOIN place other ON ST_DWithin(one.g::geography, other.g::geography, 10000)
