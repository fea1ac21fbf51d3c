-- Title: A tenth of a degree around every place
SELECT id, ST_Buffer(g, 0.1) FROM place
