-- Title: The boundary of every municipality
SELECT id, ST_Boundary(g) FROM municipality
