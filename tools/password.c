#include "tools/password.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>

#include "lib/secret.h"

enum { CTRL_C = 3 };

static char pick(const char *letters)
{
    return letters[m4_random_below(strlen(letters))];
}

void password_make(bool staff, char out[PASSWORD_BYTES])
{
    size_t n = 0;
    if (staff) {
        for (int i = 0; i < 12; i++) {
            if (i && i % 4 == 0)
                out[n++] = '-';
            out[n++] = pick("abcdefghjkmnpqrstuvwxyz23456789");
        }
    } else {
        for (int i = 0; i < 3; i++) {
            out[n++] = pick("bdfghkmnprstvz");
            out[n++] = pick("aeu");
        }
        out[n++] = pick("23456789");
        out[n++] = pick("23456789");
    }
    out[n] = '\0';
}

/* A line from fd into out, without its end. */
static int read_line(int fd, char out[PASSWORD_BYTES], struct m4_err *err)
{
    size_t n = 0;
    for (;;) {
        char c;
        ssize_t got = read(fd, &c, 1);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return m4_fail(err, errno, "cannot read the password: %m");
        if (got == 0 || c == '\n')
            break;
        if (c == CTRL_C)
            return m4_fail(err, ECANCELED, "given up, nothing was changed");
        if (n == PASSWORD_BYTES - 1)
            return m4_fail(err, EINVAL, "the password has more than %d bytes", PASSWORD_BYTES - 1);
        out[n++] = c;
    }
    if (n && out[n - 1] == '\r')
        n--;
    out[n] = '\0';
    return n ? 0 : m4_fail(err, EINVAL, "no password was given");
}

int password_from_stdin(char out[PASSWORD_BYTES], struct m4_err *err)
{
    return read_line(STDIN_FILENO, out, err);
}

static int ask_once(int fd, const char *words, char out[PASSWORD_BYTES], struct m4_err *err)
{
    if (dprintf(fd, "%s: ", words) < 0)
        return m4_fail(err, errno, "cannot write to the terminal: %m");
    int rc = read_line(fd, out, err);
    dprintf(fd, "\n");
    return rc;
}

/* With echo off. Ctrl-C must not leave the terminal so: it ends the line instead of us. */
static int ask_twice(int fd, char out[PASSWORD_BYTES], struct m4_err *err)
{
    struct termios was, quiet;
    sigset_t ends, before;
    if (tcgetattr(fd, &was) < 0)
        return m4_fail(err, errno, "cannot turn the echo off: %m");
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGHUP);
    sigprocmask(SIG_BLOCK, &ends, &before);
    quiet = was;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
    quiet.c_cc[VEOL] = CTRL_C;
    char again[PASSWORD_BYTES] = "";
    int rc = tcsetattr(fd, TCSAFLUSH, &quiet) < 0
                 ? m4_fail(err, errno, "cannot turn the echo off: %m")
                 : ask_once(fd, "Password", out, err);
    if (rc == 0)
        rc = ask_once(fd, "The same again", again, err);
    tcsetattr(fd, TCSAFLUSH, &was);
    sigprocmask(SIG_SETMASK, &before, NULL);
    if (rc == 0 && strcmp(out, again) != 0)
        rc = m4_fail(err, EINVAL, "the two passwords differ");
    explicit_bzero(again, sizeof(again));
    return rc;
}

int password_ask(char out[PASSWORD_BYTES], struct m4_err *err)
{
    m4_autoclose int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return m4_fail(err, ENOTTY,
                       "there is no terminal to ask on; use --password-stdin or --generate");
    return ask_twice(fd, out, err);
}
