-- Title: Regions with the points they hold
SELECT region.id, point.id FROM region JOIN point ON ST_Contains(region.g, point.g)
