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

static const unsigned char step_4[] = {
#embed "../../migrations/0004-layout-of-figures.sql"
};

static const unsigned char step_5[] = {
#embed "../../migrations/0005-principals.sql"
};

static const unsigned char step_6[] = {
#embed "../../migrations/0006-late-entries.sql"
};

static const unsigned char step_7[] = {
#embed "../../migrations/0007-costs.sql"
};

static const unsigned char step_8[] = {
#embed "../../migrations/0008-indicators.sql"
};

static const unsigned char step_9[] = {
#embed "../../migrations/0009-impacts.sql"
};

static const unsigned char step_10[] = {
#embed "../../migrations/0010-rounds.sql"
};

static const unsigned char step_11[] = {
#embed "../../migrations/0011-acronyms.sql"
};

static const unsigned char step_12[] = {
#embed "../../migrations/0012-recommendations.sql"
};

static const unsigned char step_13[] = {
#embed "../../migrations/0013-revisions.sql"
};

static const jalon_text steps[] = {
    {step_2, sizeof step_2},
    {step_3, sizeof step_3},
    {step_4, sizeof step_4},
    {step_5, sizeof step_5},
    {step_6, sizeof step_6},
    {step_7, sizeof step_7},
    {step_8, sizeof step_8},
    {step_9, sizeof step_9},
    {step_10, sizeof step_10},
    {step_11, sizeof step_11},
    {step_12, sizeof step_12},
    {step_13, sizeof step_13},
};

static const unsigned char vocabularies[] = {
#embed "../../reference/vocabularies.sql"
};

static const unsigned char ministries[] = {
#embed "../../reference/ministries.sql"
};

static const unsigned char practices[] = {
#embed "../../reference/practices.sql"
};

static const unsigned char published_figures[] = {
#embed "../../reference/published-figures.sql"
};

static const struct {
    const char *name;
    jalon_text text;
} reference[] = {
    {"reference/vocabularies.sql", {vocabularies, sizeof vocabularies}},
    {"reference/ministries.sql", {ministries, sizeof ministries}},
    {"reference/practices.sql", {practices, sizeof practices}},
    {"reference/published-figures.sql", {published_figures, sizeof published_figures}},
};

static const unsigned char openapi[] = {
#embed "../../openapi.yaml"
};

jalon_text jalon_schema(void) { return (jalon_text){schema, sizeof schema}; }
size_t jalon_step_count(void) { return sizeof steps / sizeof *steps; }
jalon_text jalon_step(size_t index) { return steps[index]; }
size_t jalon_reference_count(void) { return sizeof reference / sizeof *reference; }
const char *jalon_reference_name(size_t index) { return reference[index].name; }
jalon_text jalon_reference(size_t index) { return reference[index].text; }
jalon_text jalon_openapi(void) { return (jalon_text){openapi, sizeof openapi}; }
