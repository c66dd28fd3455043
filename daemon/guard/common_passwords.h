/* common_passwords.h - the commonest thousand, in any case of letters */
#ifndef M4_DAEMON_GUARD_COMMON_PASSWORDS_H
#define M4_DAEMON_GUARD_COMMON_PASSWORDS_H

#include "lib/base.h"

bool password_is_common(const char *password);

#endif
