# Title: Normalisation of a cube, phase 1: state the types that follow from the properties
# Source: RDF Data Cube Vocabulary, section 10.2
PREFIX qb: <http://purl.org/linked-data/cube#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
INSERT { ?observation a qb:Observation . ?cube a qb:DataSet } WHERE { ?observation qb:dataSet ?cube } ;
INSERT { ?observation a qb:Observation . ?slice a qb:Slice } WHERE { ?slice qb:observation ?observation } ;
INSERT { ?slice a qb:Slice . ?cube a qb:DataSet } WHERE { ?cube qb:slice ?slice } ;
INSERT { ?component qb:componentProperty ?dimension . ?dimension a qb:DimensionProperty } WHERE { ?component qb:dimension ?dimension } ;
INSERT { ?component qb:componentProperty ?measure . ?measure a qb:MeasureProperty } WHERE { ?component qb:measure ?measure } ;
INSERT { ?component qb:componentProperty ?attribute . ?attribute a qb:AttributeProperty } WHERE { ?component qb:attribute ?attribute } ;
INSERT { ?component a qb:ComponentSpecification . ?structure a qb:DataStructureDefinition } WHERE { ?structure qb:component ?component }
