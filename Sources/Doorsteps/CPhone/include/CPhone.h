#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// libphonenumber is C++ and throws: these calls are all of it that is used, and nothing is thrown through them.

typedef enum {
  patchbay_phone_valid,       // of a range that is in use
  patchbay_phone_possible,    // as long as numbers of its country are
  patchbay_phone_local,       // complete within its own area only
  patchbay_phone_too_short,
  patchbay_phone_too_long,
  patchbay_phone_no_country,  // no country has this code
  patchbay_phone_no_number,   // anything else that is none, and all that could not be looked at
} patchbay_phone_verdict;

typedef struct {
  patchbay_phone_verdict verdict;
  int country_code;  // 0: none
  // Whether the digits are all that one dials within the country: `13800138000`, not `0211234567`.
  int is_as_dialled;
  char e164[24];  // ends with NUL; empty unless valid or possible
} patchbay_phone_number;

// Reads ASCII digits, after a `+` or as they are dialled in the country of `country_code` (0: none). Safe on any thread.
patchbay_phone_number patchbay_phone_read(const char *digits, size_t count, int country_code);

// Whether numbers of some country begin with this code.
int patchbay_phone_is_country(int country_code);

#ifdef __cplusplus
}
#endif
