-- Title: The coordinates of the place of a name
SELECT g FROM place WHERE name = :'named'
