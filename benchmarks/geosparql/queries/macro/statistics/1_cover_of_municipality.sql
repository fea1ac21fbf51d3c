-- Title: How much of a municipality has which use
SELECT land_cover.use, sum(ST_Area(ST_Intersection(land_cover.g, municipality.g)::geography)) FROM municipality JOIN land_cover ON ST_Intersects(land_cover.g, municipality.g) WHERE municipality.name = :'town' GROUP BY land_cover.use
