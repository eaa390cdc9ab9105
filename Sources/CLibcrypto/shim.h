#pragma once
// SHA-256 without a context on the heap, and which cannot fail, has functions that OpenSSL 3 would rather see replaced.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

static inline void sha256_begin(SHA256_CTX *context) { SHA256_Init(context); }

static inline void sha256_add(SHA256_CTX *context, const void *bytes, size_t count) { SHA256_Update(context, bytes, count); }

static inline void sha256_end(SHA256_CTX *context, unsigned char *digest) { SHA256_Final(digest, context); }
