-- Title: Where the place of a name is
SELECT id, g FROM place WHERE name = :'named'
