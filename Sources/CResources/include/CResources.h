#pragma once
#include <stddef.h>

/* Text of the project's top level that the binary carries with it. */
typedef struct {
    const unsigned char *bytes;
    size_t length;
} jalon_text;

jalon_text jalon_schema(void);

/* The steps from version 1 of the schema to the newest, in order: the first leads to version 2. */
size_t jalon_step_count(void);
jalon_text jalon_step(size_t index);

/* The files of reference data, in the order in which an empty database takes them. */
size_t jalon_reference_count(void);
const char *jalon_reference_name(size_t index);
jalon_text jalon_reference(size_t index);

jalon_text jalon_openapi(void);
