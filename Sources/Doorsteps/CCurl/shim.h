#pragma once
#include <curl/curl.h>
#include <sys/socket.h>

// Swift does not import variadic functions, and libcurl sets and reads everything through three of them. Here is one
// plain function per kind of value, so that a wrong kind does not compile instead of corrupting memory.

static inline CURLcode curlshim_global_init(void) { return curl_global_init(CURL_GLOBAL_DEFAULT); }

static inline CURLcode curlshim_set_long(CURL *easy, CURLoption option, long value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curlshim_set_offset(CURL *easy, CURLoption option, curl_off_t value) {
  return curl_easy_setopt(easy, option, value);
}

// Copied by libcurl, except for CURLOPT_POSTFIELDS.
static inline CURLcode curlshim_set_text(CURL *easy, CURLoption option, const char *value) {
  return curl_easy_setopt(easy, option, value);
}

static inline CURLcode curlshim_set_pointer(CURL *easy, CURLoption option, void *value) {
  return curl_easy_setopt(easy, option, value);
}

// Not copied: the list has to outlive the transfer.
static inline CURLcode curlshim_set_list(CURL *easy, CURLoption option, struct curl_slist *value) {
  return curl_easy_setopt(easy, option, value);
}

// For CURLOPT_WRITEFUNCTION, CURLOPT_HEADERFUNCTION and CURLOPT_READFUNCTION, which have one shape.
typedef size_t (*curlshim_bytes_callback)(char *bytes, size_t size, size_t count, void *context);

static inline CURLcode curlshim_set_bytes_callback(CURL *easy, CURLoption option, curlshim_bytes_callback function) {
  return curl_easy_setopt(easy, option, function);
}

typedef int (*curlshim_debug_callback)(CURL *easy, curl_infotype kind, char *bytes, size_t count, void *context);

static inline CURLcode curlshim_set_debug_callback(CURL *easy, curlshim_debug_callback function) {
  return curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, function);
}

typedef int (*curlshim_progress_callback)(void *context, curl_off_t down_total, curl_off_t down_now, curl_off_t up_total,
                                          curl_off_t up_now);

static inline CURLcode curlshim_set_progress_callback(CURL *easy, curlshim_progress_callback function) {
  return curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, function);
}

// The address stands at the end of its structure and may be longer than `struct sockaddr`: only a pointer keeps it whole.
typedef curl_socket_t (*curlshim_open_socket_callback)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode curlshim_set_open_socket_callback(CURL *easy, curlshim_open_socket_callback function) {
  return curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, function);
}

static inline const struct sockaddr *curlshim_address(const struct curl_sockaddr *address) { return &address->addr; }

static inline curl_socket_t curlshim_make_socket(const struct curl_sockaddr *address) {
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

static inline curl_socket_t curlshim_bad_socket(void) { return CURL_SOCKET_BAD; }

static inline CURLcode curlshim_get_long(CURL *easy, CURLINFO info, long *value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLcode curlshim_get_pointer(CURL *easy, CURLINFO info, void **value) {
  return curl_easy_getinfo(easy, info, value);
}

static inline CURLMcode curlshim_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl_multi_setopt(multi, option, value);
}

static inline CURLcode curlshim_get_socket(CURL *easy, curl_socket_t *value) {
  return curl_easy_getinfo(easy, CURLINFO_ACTIVESOCKET, value);
}
