-- Title: Municipalities with their neighbours
SELECT one.id, other.id FROM municipality one JOIN municipality other ON ST_Touches(one.g, other.g)
