/* asset.h - the web client, served from memory
 *
 * <dir>/assets.json names every file: {"files": {"/app.3f2a.js": {"file": "app.3f2a.js",
 * "type": "text/javascript", "immutable": true}, ...}}. A "<file>.gz" beside it is sent to
 * whoever takes gzip. Names with a content hash may be kept for a year.
 */
#ifndef M4_DAEMON_NET_ASSET_H
#define M4_DAEMON_NET_ASSET_H

#include "daemon/net/request.h"

/* Reads them all, at most 16 MiB. */
M4_MUST_CHECK int asset_load(const char *dir, struct m4_err *err);
void asset_done(void);

/* Answers a GET or HEAD of a known file; a path of the client's own (no dot in its last
 * part) gets its page. False when there is no such thing. */
bool asset_answer(struct request *r);

#endif
