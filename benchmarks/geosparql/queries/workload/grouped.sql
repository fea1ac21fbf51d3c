-- Title: Points of one kind in each region, counted
SELECT region.id, point.kind, count(*) FROM region JOIN point ON ST_Contains(region.g, point.g) GROUP BY region.id, point.kind
