-- Title: Land cover on the edges of districts
SELECT one.id, other.id FROM land_cover one JOIN district other ON ST_Overlaps(one.g, other.g)
