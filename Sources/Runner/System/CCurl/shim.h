// libcurl's setopt and getinfo are variadic, which Swift cannot call: one typed function for each
// kind of value that is passed. Named curl_shim_<what>_<type of the value>.
#ifndef RUNNER_CCURL_SHIM_H
#define RUNNER_CCURL_SHIM_H
#include <curl/curl.h>

static inline CURLcode curl_shim_set_long(CURL *easy, CURLoption option, long value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_shim_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_shim_set_string(CURL *easy, CURLoption option, const char *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_shim_set_pointer(CURL *easy, CURLoption option, void *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_shim_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(easy, option, value);
}
static inline CURLcode curl_shim_set_private(CURL *easy, void *value) {
    return curl_easy_setopt(easy, CURLOPT_PRIVATE, value);
}
typedef size_t (*curl_shim_data_callback)(char *data, size_t size, size_t count, void *context);
static inline CURLcode curl_shim_set_data_callback(CURL *easy, CURLoption option, curl_shim_data_callback value) {
    return curl_easy_setopt(easy, option, value);
}
typedef int (*curl_shim_debug_callback)(CURL *easy, curl_infotype kind, char *data, size_t size, void *context);
static inline CURLcode curl_shim_set_debug_callback(CURL *easy, curl_shim_debug_callback value) {
    return curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, value);
}
typedef int (*curl_shim_progress_callback)(void *context, curl_off_t down_total, curl_off_t down,
                                           curl_off_t up_total, curl_off_t up);
static inline CURLcode curl_shim_set_progress_callback(CURL *easy, curl_shim_progress_callback value) {
    return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, value);
}
// Called before each sending of a request, also of one that libcurl repeats by itself.
typedef int (*curl_shim_prerequest_callback)(void *context, char *remote, char *local, int remote_port,
                                             int local_port);
static inline CURLcode curl_shim_set_prerequest_callback(CURL *easy, curl_shim_prerequest_callback value) {
    return curl_easy_setopt(easy, CURLOPT_PREREQFUNCTION, value);
}
typedef int (*curl_shim_seek_callback)(void *context, curl_off_t offset, int origin);
static inline CURLcode curl_shim_set_seek_callback(CURL *easy, curl_shim_seek_callback value) {
    return curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, value);
}
static inline CURLcode curl_shim_get_long(CURL *easy, CURLINFO info, long *value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLcode curl_shim_get_pointer(CURL *easy, CURLINFO info, void **value) {
    return curl_easy_getinfo(easy, info, value);
}
static inline CURLMcode curl_shim_multi_set_long(CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}
static inline CURLcode curl_shim_message_result(const CURLMsg *message) { return message->data.result; }
#endif
