-- Title: The envelope of every road
SELECT id, ST_Envelope(g) FROM road
