-- Title: The box around all municipalities
SELECT ST_SetSRID(ST_Extent(g), 4326) FROM municipality
