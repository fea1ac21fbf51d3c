# Title: Normalisation of a cube, phase 2: bring values that stand on the data set or a slice down to the observations
# Source: RDF Data Cube Vocabulary, section 10.2
PREFIX qb: <http://purl.org/linked-data/cube#>
INSERT { ?observation ?property ?value } WHERE {
  ?component qb:componentProperty ?property ; qb:componentAttachment qb:DataSet .
  ?cube qb:structure/qb:component ?component ; ?property ?value .
  ?observation qb:dataSet ?cube .
} ;
INSERT { ?slice ?property ?value } WHERE {
  ?component qb:componentProperty ?property ; qb:componentAttachment qb:Slice .
  ?cube qb:structure/qb:component ?component ; qb:slice ?slice ; ?property ?value .
} ;
INSERT { ?observation ?property ?value } WHERE {
  ?component qb:componentProperty ?property ; qb:componentAttachment qb:Slice .
  ?cube qb:structure/qb:component ?component ; qb:slice ?slice .
  ?slice ?property ?value ; qb:observation ?observation .
} ;
INSERT { ?observation ?dimension ?value } WHERE {
  ?slice qb:sliceStructure/qb:componentProperty ?dimension ; ?dimension ?value ; qb:observation ?observation .
}
