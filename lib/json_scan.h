/* json_scan.h - strings and numbers of JSON, for json_parse.c
 *
 * Both read a text that is UTF-8 and ends in a NUL, so no step can run past it. Refused:
 * false, *at where the fault is, *ret_why what it is. Nobody else includes this.
 */
#ifndef M4_LIB_JSON_SCAN_H
#define M4_LIB_JSON_SCAN_H

#include "lib/json.h"

/* *at stands after the opening quote and is moved behind the closing one. The string is
 * decoded where it stands and ends in a NUL; `end` is the text's own NUL. */
bool json_scan_string(char **at, const char *end, unsigned flags, size_t *ret_len,
                      const char **ret_why);

/* *at stands on a number, which goes into *v, and is moved behind it. */
bool json_scan_number(char **at, struct m4_json *v, const char **ret_why);

#endif
