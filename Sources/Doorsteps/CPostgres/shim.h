#pragma once
#include <libpq-fe.h>

// The field codes are character constants, which Swift imports as the wrong type.

/// The five characters of SQLSTATE; NULL when the server has not answered.
static inline const char *patchbay_sqlstate(const PGresult *result) {
  return PQresultErrorField(result, PG_DIAG_SQLSTATE);
}

/// The primary message only: DETAIL and CONTEXT repeat values.
static inline const char *patchbay_primary_message(const PGresult *result) {
  return PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
}

static inline const char *patchbay_constraint(const PGresult *result) {
  return PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);
}

static inline void patchbay_drop_notice(void *context, const PGresult *result) {
  (void)context;
  (void)result;
}

/// Notices would go to standard error otherwise.
static inline void patchbay_silence(PGconn *connection) {
  PQsetNoticeReceiver(connection, patchbay_drop_notice, NULL);
}
