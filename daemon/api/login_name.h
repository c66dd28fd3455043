/* login_name.h - a login from a person's name: "Бойко Соломія" -> "boiko.solomiia"
 *
 * Latin letters by the Ukrainian table of 2010 (resolution 55 of 27 January 2010 of the
 * Cabinet of Ministers), other letters that have a plain Latin base lose their marks,
 * what is left over is dropped.
 */
#ifndef M4_DAEMON_API_LOGIN_NAME_H
#define M4_DAEMON_API_LOGIN_NAME_H

#include "lib/base.h"

/* Writes at most size - 1 bytes; "" when nothing of the name can be written so. */
void login_name(const char *name, char *out, size_t size);

#endif
