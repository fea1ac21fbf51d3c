-- Title: Hot spots exactly at a place
SELECT one.id, other.id FROM hot_spot one JOIN place other ON ST_Equals(one.g, other.g)
