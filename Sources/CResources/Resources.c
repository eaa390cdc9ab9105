#include "CResources.h"

static const unsigned char schema[] = {
#embed "../../schema.sql"
};

static const unsigned char step_2[] = {
#embed "../../migrations/0002-instants-of-figures.sql"
};

static const unsigned char step_3[] = {
#embed "../../migrations/0003-places-in-the-feed.sql"
};

static const jalon_text steps[] = {
    {step_2, sizeof step_2},
    {step_3, sizeof step_3},
};

static const unsigned char openapi[] = {
#embed "../../openapi.yaml"
};

jalon_text jalon_schema(void) { return (jalon_text){schema, sizeof schema}; }
size_t jalon_step_count(void) { return sizeof steps / sizeof *steps; }
jalon_text jalon_step(size_t index) { return steps[index]; }
jalon_text jalon_openapi(void) { return (jalon_text){openapi, sizeof openapi}; }
