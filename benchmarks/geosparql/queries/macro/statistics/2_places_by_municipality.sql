-- Title: Places in each municipality, counted
SELECT municipality.name, count(*) FROM municipality JOIN place ON ST_Contains(municipality.g, place.g) GROUP BY municipality.name
