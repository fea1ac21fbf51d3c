-- Title: The area of every patch of land cover
SELECT id, ST_Area(g::geography) FROM land_cover
