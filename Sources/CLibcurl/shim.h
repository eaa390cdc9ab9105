#pragma once
#include <curl/curl.h>

// Swift cannot call functions of variable arguments: one for each kind of value.

static inline CURLcode curl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}

/// For texts, which libcurl copies, and for what it keeps the address of.
static inline CURLcode curl_set_pointer(CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}

/// For the body and for each line of the head of an answer, which are taken by functions of the same type.
static inline CURLcode curl_set_receiver(CURL *handle, CURLoption option, curl_write_callback value) {
    return curl_easy_setopt(handle, option, value);
}

static inline CURLcode curl_set_start(CURL *handle, curl_prereq_callback value) {
    return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, value);
}

static inline long curl_number(CURL *handle, CURLINFO info) {
    long value = 0;
    curl_easy_getinfo(handle, info, &value);
    return value;
}

static inline const struct curl_certinfo *curl_certificates(CURL *handle) {
    struct curl_certinfo *value = NULL;
    curl_easy_getinfo(handle, CURLINFO_CERTINFO, &value);
    return value;
}
