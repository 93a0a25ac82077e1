#include "CPhone.h"

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <string>

namespace {

using i18n::phonenumbers::NullLogger;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

// E.164 has 15 digits; before them stand prefixes of lines, carriers and countries.
constexpr size_t kDigitsMax = 40;

// Made once, by whoever comes first. The library owns the logger, which would print to standard output.
const PhoneNumberUtil &library() {
  static const PhoneNumberUtil &instance = []() -> const PhoneNumberUtil & {
    PhoneNumberUtil *made = PhoneNumberUtil::GetInstance();
    made->SetLogger(new NullLogger());
    return *made;
  }();
  return instance;
}

bool is_plain(const char *digits, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const bool is_digit = digits[i] >= '0' && digits[i] <= '9';
    if (!is_digit && !(i == 0 && digits[i] == '+')) return false;
  }
  return true;
}

patchbay_phone_verdict verdict(const PhoneNumberUtil &phones, const PhoneNumber &number) {
  switch (phones.IsPossibleNumberWithReason(number)) {
    case PhoneNumberUtil::IS_POSSIBLE:
      return phones.IsValidNumber(number) ? patchbay_phone_valid : patchbay_phone_possible;
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY: return patchbay_phone_local;
    case PhoneNumberUtil::TOO_SHORT: return patchbay_phone_too_short;
    case PhoneNumberUtil::TOO_LONG: return patchbay_phone_too_long;
    case PhoneNumberUtil::INVALID_COUNTRY_CODE: return patchbay_phone_no_country;
    default: return patchbay_phone_no_number;
  }
}

patchbay_phone_verdict verdict(PhoneNumberUtil::ErrorType error) {
  switch (error) {
    case PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR: return patchbay_phone_no_country;
    case PhoneNumberUtil::TOO_SHORT_AFTER_IDD:
    case PhoneNumberUtil::TOO_SHORT_NSN: return patchbay_phone_too_short;
    case PhoneNumberUtil::TOO_LONG_NSN: return patchbay_phone_too_long;
    default: return patchbay_phone_no_number;
  }
}

void read(const std::string &text, int country_code, patchbay_phone_number &out) {
  const PhoneNumberUtil &phones = library();
  std::string region;
  if (country_code > 0) phones.GetRegionCodeForCountryCode(country_code, &region);
  PhoneNumber number;
  const PhoneNumberUtil::ErrorType error = phones.Parse(text, region, &number);
  if (error != PhoneNumberUtil::NO_PARSING_ERROR) {
    out.verdict = verdict(error);
    return;
  }
  out.country_code = number.country_code();
  out.verdict = verdict(phones, number);
  if (out.verdict > patchbay_phone_possible) return;
  std::string written;
  phones.Format(number, PhoneNumberUtil::E164, &written);
  if (written.size() >= sizeof out.e164) {
    out.verdict = patchbay_phone_too_long;
    return;
  }
  std::memcpy(out.e164, written.data(), written.size());
  if (text[0] == '+') return;
  phones.Format(number, PhoneNumberUtil::NATIONAL, &written);
  phones.NormalizeDigitsOnly(&written);
  out.is_as_dialled = written == text;
}

}  // namespace

patchbay_phone_number patchbay_phone_read(const char *digits, size_t count, int country_code) {
  patchbay_phone_number out{};
  out.verdict = patchbay_phone_no_number;
  if (!digits || !is_plain(digits, count)) return out;
  if (count > kDigitsMax) {
    out.verdict = patchbay_phone_too_long;
    return out;
  }
  try {
    read(std::string(digits, count), country_code, out);
  } catch (...) {
    out = patchbay_phone_number{};
    out.verdict = patchbay_phone_no_number;
  }
  return out;
}

int patchbay_phone_is_country(int country_code) {
  try {
    std::string region;
    library().GetRegionCodeForCountryCode(country_code, &region);
    return region != "ZZ";
  } catch (...) {
    return 0;
  }
}
