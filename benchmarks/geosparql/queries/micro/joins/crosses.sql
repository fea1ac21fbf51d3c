-- Title: Roads with the districts they cross
SELECT one.id, other.id FROM road one JOIN district other ON ST_Crosses(one.g, other.g)
