#include "CResources.h"

static const unsigned char schema[] = {
#embed "../../schema.sql"
};

static const unsigned char openapi[] = {
#embed "../../openapi.yaml"
};

jalon_text jalon_schema(void) { return (jalon_text){schema, sizeof schema}; }
jalon_text jalon_openapi(void) { return (jalon_text){openapi, sizeof openapi}; }
