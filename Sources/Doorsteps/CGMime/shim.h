#pragma once
#include <gmime/gmime.h>

// Swift cannot call function-like macros; these are the casts and checks that the Mail room needs.

enum patchbay_mime_kind {
  PATCHBAY_MIME_LEAF,
  PATCHBAY_MIME_MULTIPART,
  PATCHBAY_MIME_MESSAGE,
};

static inline enum patchbay_mime_kind patchbay_mime_kind(GMimeObject *object) {
  if (GMIME_IS_MULTIPART(object)) return PATCHBAY_MIME_MULTIPART;
  if (GMIME_IS_MESSAGE_PART(object)) return PATCHBAY_MIME_MESSAGE;
  return PATCHBAY_MIME_LEAF;
}

static inline int patchbay_multipart_count(GMimeObject *object) {
  return g_mime_multipart_get_count(GMIME_MULTIPART(object));
}

static inline GMimeObject *patchbay_multipart_part(GMimeObject *object, int index) {
  return g_mime_multipart_get_part(GMIME_MULTIPART(object), index);
}

static inline GMimeMessage *patchbay_enclosed_message(GMimeObject *object) {
  return g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
}

// The undecoded content of a leaf part, NULL when it has none. Borrowed.
static inline GMimeStream *patchbay_raw_content(GMimeObject *object) {
  if (!GMIME_IS_PART(object)) return NULL;
  GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(object));
  return content ? g_mime_data_wrapper_get_stream(content) : NULL;
}

static inline GMimeObject *patchbay_message_object(GMimeMessage *message) {
  return GMIME_OBJECT(message);
}

static inline const char *patchbay_multipart_prologue(GMimeObject *object) {
  return g_mime_multipart_get_prologue(GMIME_MULTIPART(object));
}

// Writes a leaf part's content to a stream with its transfer encoding undone; -1 when it has none.
static inline gssize patchbay_decode_content(GMimeObject *object, GMimeStream *out) {
  if (!GMIME_IS_PART(object)) return -1;
  GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(object));
  return content ? g_mime_data_wrapper_write_to_stream(content, out) : -1;
}

// `address` with its domain in ASCII (RFC 5891, by libidn2); NULL when that cannot be. To be freed.
static inline char *patchbay_idn_address(const char *address) {
  InternetAddress *mailbox = internet_address_mailbox_new(NULL, address);
  const char *ascii = internet_address_mailbox_get_idn_addr(INTERNET_ADDRESS_MAILBOX(mailbox));
  char *copy = ascii ? g_strdup(ascii) : NULL;
  g_object_unref(mailbox);
  return copy;
}
