/* test_headers.c - whose site a request is from: Host and Origin */
#include <stdio.h>
#include <unistd.h>

#include "daemon/app.h"
#include "daemon/guard/headers.h"
#include "tests/unit/test.h"

struct app app;

static int begin(void **state)
{
    (void)state;
    snprintf(app.settings.name, sizeof(app.settings.name), "m4sh.local");
    snprintf(app.settings.cors_origins, sizeof(app.settings.cors_origins),
             "https://a.lan  https://b.lan:8443");
    headers_init(&app.settings);
    return 0;
}

static void our_names_and_addresses_are_served(void **state)
{
    (void)state;
    static const char *const ours[] = {
        "m4sh.local",  "M4SH.local:8443", "localhost", "localhost:1", "LOCALHOST",
        "192.168.1.7", "192.168.1.7:443", "[fe80::1]", "[::1]:8443",  "[FD00::1]:8443"};
    char hostname[64] = "", local[128];
    for (size_t i = 0; i < M4_COUNT(ours); i++)
        assert_true(headers_is_our_host(ours[i]));
    gethostname(hostname, sizeof(hostname) - 1);
    snprintf(local, sizeof(local), "%s.local:8443", hostname);
    assert_true(headers_is_our_host(local));
}

static void other_names_are_not(void **state)
{
    (void)state;
    static const char *const others[] = {"",
                                         ":",
                                         "evil.lan",
                                         "m4sh.local.evil.lan",
                                         "xm4sh.local",
                                         "m4sh",
                                         "localhost.evil.lan",
                                         "192.168.1.7.evil.lan",
                                         "192.168.1",
                                         "[]",
                                         "[",
                                         "[evil.lan]",
                                         "0x7f.1",
                                         "evil.lan:m4sh.local",
                                         "m4sh.local\tx"};
    for (size_t i = 0; i < M4_COUNT(others); i++)
        assert_false(headers_is_our_host(others[i]));
    char endless[1000];
    memset(endless, 'a', sizeof(endless) - 1);
    endless[sizeof(endless) - 1] = '\0';
    assert_false(headers_is_our_host(endless));
}

static void our_own_page_is_the_same_origin(void **state)
{
    (void)state;
    assert_true(headers_is_our_origin("https://m4sh.local:8443", "m4sh.local:8443"));
    assert_true(headers_is_our_origin("https://192.168.1.7", "192.168.1.7"));
    assert_true(headers_is_our_origin("https://[fe80::1]:8443", "[fe80::1]:8443"));
    static const char *const others[] = {"http://m4sh.local:8443",
                                         "https://m4sh.local",
                                         "https://m4sh.local:8444",
                                         "https://m4sh.local:84433",
                                         "https://evil.lan",
                                         "null",
                                         "",
                                         "https://",
                                         "https://m4sh.local:8443/",
                                         "https://a@m4sh.local:8443"};
    for (size_t i = 0; i < M4_COUNT(others); i++)
        assert_false(headers_is_our_origin(others[i], "m4sh.local:8443"));
    assert_false(headers_is_our_origin(NULL, "m4sh.local:8443"));
    assert_false(headers_is_our_origin("https://", ""));
    assert_false(headers_is_our_origin("https://a.lan", "")); /* no Host: nobody's request */
}

static void a_listed_origin_is_one_whole_word_of_the_list(void **state)
{
    (void)state;
    assert_true(headers_is_our_origin("https://a.lan", "m4sh.local"));
    assert_true(headers_is_our_origin("https://b.lan:8443", "m4sh.local"));
    assert_false(headers_is_our_origin("https://b.lan", "m4sh.local"));
    assert_false(headers_is_our_origin("https://a.lan.evil", "m4sh.local"));
    assert_false(headers_is_our_origin("https://a.lan  https://b.lan:8443", "m4sh.local"));
    app.settings.cors_origins[0] = '\0';
    assert_false(headers_is_our_origin("https://a.lan", "m4sh.local"));
    assert_false(headers_is_our_origin("", "m4sh.local"));
    begin(NULL);
}

static void local_tools_need_neither(void **state)
{
    (void)state;
    struct conn local = {.via = VIA_LOCAL}, tls = {.via = VIA_TLS};
    struct request r = {.conn = &local, .method = POST};
    assert_true(headers_host_allowed(&r) && headers_origin_allowed(&r));
    r.conn = &tls; /* without a Host, and no headers at all */
    assert_false(headers_host_allowed(&r) || headers_origin_allowed(&r));
    strcpy(r.host, "m4sh.local");
    assert_true(headers_host_allowed(&r));
    assert_false(headers_origin_allowed(&r));
    static const enum method unsafe[] = {POST, PUT, PATCH, DELETE, OTHER_METHOD};
    for (size_t i = 0; i < M4_COUNT(unsafe); i++) {
        r.method = unsafe[i];
        assert_false(headers_origin_allowed(&r));
    }
    r.method = GET;
    assert_true(headers_origin_allowed(&r));
    assert_false(headers_same_origin(&r)); /* what a WebSocket needs */
}

static void measuring_wants_our_own_page_without_tls(void **state)
{
    (void)state;
    assert_true(headers_is_measured_origin("http://127.0.0.1:9", "127.0.0.1:9"));
    assert_false(headers_is_measured_origin("https://127.0.0.1:9", "127.0.0.1:9"));
    assert_false(headers_is_measured_origin("http://127.0.0.1:90", "127.0.0.1:9"));
    assert_false(headers_is_measured_origin("http://a.lan", "127.0.0.1:9"));
    assert_false(headers_is_measured_origin("http://", ""));
    assert_false(headers_is_measured_origin(NULL, "127.0.0.1:9"));
}

#define WITH_SETTINGS(f) cmocka_unit_test_setup(f, begin)

RUN("headers", WITH_SETTINGS(our_names_and_addresses_are_served),
    WITH_SETTINGS(other_names_are_not), WITH_SETTINGS(our_own_page_is_the_same_origin),
    WITH_SETTINGS(a_listed_origin_is_one_whole_word_of_the_list),
    WITH_SETTINGS(local_tools_need_neither),
    WITH_SETTINGS(measuring_wants_our_own_page_without_tls))
