#pragma once
#include <stddef.h>

/* Text of the project's top level that the binary carries with it. */
typedef struct {
    const unsigned char *bytes;
    size_t length;
} jalon_text;

jalon_text jalon_schema(void);
jalon_text jalon_openapi(void);
