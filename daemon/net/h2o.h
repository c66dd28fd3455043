/* h2o.h - the one door to libh2o; only files in net/ come through it */
#ifndef M4_DAEMON_NET_H2O_H
#define M4_DAEMON_NET_H2O_H

/* Without this the header silently lays out other structs than the library has. */
#if !defined(H2O_USE_LIBUV) || H2O_USE_LIBUV
#error "compile with -DH2O_USE_LIBUV=0: libh2o-evloop is what we link with"
#endif

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wpointer-arith"
#pragma GCC diagnostic ignored "-Wstrict-prototypes"
#include <h2o.h>
#include <h2o/http1.h>
#pragma GCC diagnostic pop

#endif
