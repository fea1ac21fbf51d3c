-- Title: Roads with the municipalities they meet
SELECT one.id, other.id FROM road one JOIN municipality other ON ST_Intersects(one.g, other.g)
