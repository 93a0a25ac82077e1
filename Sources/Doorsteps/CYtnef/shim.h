#pragma once
#include <stdio.h>
#include <stdlib.h>
#include <ytnef.h>

// libytnef leaves its struct half set up, and its constants are macros: Swift can use neither.

// NULL without memory. What could be read stands in the struct, whatever came after it.
static inline TNEFStruct *patchbay_tnef_read(const unsigned char *bytes, long size) {
  TNEFStruct *tnef = (TNEFStruct *)calloc(1, sizeof(TNEFStruct));
  if (!tnef) return NULL;
  TNEFInitialize(tnef);
  TNEFParseMemory((unsigned char *)bytes, size, tnef);
  return tnef;
}

static inline void patchbay_tnef_free(TNEFStruct *tnef) {
  TNEFFree(tnef);
  free(tnef);
}

static inline MAPIProps *patchbay_tnef_properties(TNEFStruct *tnef) { return &tnef->MapiProperties; }

static inline MAPIProps *patchbay_attachment_properties(Attachment *attachment) { return &attachment->MAPI; }

// The value of a MAPI property, NULL when it is not there.
static inline variableLength *patchbay_mapi_value(MAPIProps *properties, unsigned int type, unsigned int id) {
  variableLength *value = MAPIFindProperty(properties, PROP_TAG(type, id));
  return value == MAPI_UNDEFINED ? NULL : value;
}
