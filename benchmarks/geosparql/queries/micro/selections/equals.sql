-- Title: The municipality with the outline put in for ?cell
SELECT id FROM municipality WHERE ST_Equals(g, ST_GeomFromText(:'cell', 4326))
