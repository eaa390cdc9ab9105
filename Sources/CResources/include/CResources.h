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

jalon_text jalon_openapi(void);
