/* What the box may be called, and that its authority's constraints say the same. */
#include <openssl/x509v3.h>

#include "supervisor/data/addresses.h"
#include "supervisor/data/authority.h"
#include "tests/unit/test.h"

static void dns_names(void **state)
{
    (void)state;
    static const char *const good[] = {"m4sh.local", "a", "box-7.school.lan", "1.lan", "LOCALHOST"};
    static const char *const bad[] = {"",       ".",       "a..b",     "-a.lan",  "a-.lan",
                                      "a.lan.", "a b.lan", "ключ.lan", "a_b.lan", "a,DNS:x"};
    for (size_t i = 0; i < M4_COUNT(good); i++)
        assert_true(addresses_is_name(good[i]));
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        assert_false(addresses_is_name(bad[i]));
    char label[70];
    memset(label, 'a', 64);
    strcpy(label + 64, ".lan");
    assert_false(addresses_is_name(label));
    assert_true(addresses_is_name(label + 1));
}

static void local_names(void **state)
{
    (void)state;
    assert_true(addresses_is_local_name("m4sh.local"));
    assert_true(addresses_is_local_name("localhost"));
    assert_true(addresses_is_local_name("box.HOME.arpa"));
    assert_false(addresses_is_local_name("evillan"));
    assert_false(addresses_is_local_name("lan.example.com"));
    assert_false(addresses_is_local_name("home.arpa.net"));
}

static void local_addresses(void **state)
{
    (void)state;
    static const char *const good[] = {"127.0.0.1",      "127.255.0.9", "10.0.0.1",    "172.16.0.1",
                                       "172.31.255.255", "192.168.1.1", "169.254.7.7", "::1",
                                       "fd12::1",        "fc00::",      "fe80::1",     "febf::1"};
    static const char *const bad[] = {"128.0.0.1",   "11.0.0.1",       "172.15.0.1", "172.32.0.1",
                                      "192.169.0.1", "169.253.0.1",    "8.8.8.8",    "::",
                                      "::2",         "fe00::1",        "fec0::1",    "2001:db8::1",
                                      "nonsense",    "::ffff:10.0.0.1"};
    for (size_t i = 0; i < M4_COUNT(good); i++)
        assert_true(addresses_is_local_ip(good[i]));
    for (size_t i = 0; i < M4_COUNT(bad); i++)
        assert_false(addresses_is_local_ip(bad[i]));
}

static void the_box_has_its_names_once(void **state)
{
    (void)state;
    struct addresses a;
    struct m4_err err = {0};
    assert_int_equal(addresses_find("LocalHost", &a, &err), 0);
    assert_string_equal(a.name[0], "localhost");
    for (int i = 1; i < a.names; i++)
        assert_string_not_equal(a.name[i], "localhost");
    assert_string_equal(a.ip[0], "127.0.0.1");
    assert_string_equal(a.ip[1], "::1");
    assert_true(addresses_find("a b", &a, &err) < 0);
    assert_non_null(strstr(err.text, "\"a b\" is no DNS name"));
}

/* How many subtrees OpenSSL reads in the constraints; 0 when it reads none. */
static int count_subtrees(const char *name)
{
    char text[1024];
    authority_constraints(name, text, sizeof(text));
    assert_memory_equal(text, "critical,", 9);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, NULL, NID_name_constraints, text);
    assert_non_null(ext);
    assert_true(X509_EXTENSION_get_critical(ext));
    NAME_CONSTRAINTS *nc = X509V3_EXT_d2i(ext);
    int n = sk_GENERAL_SUBTREE_num(nc->permittedSubtrees);
    assert_null(nc->excludedSubtrees);
    NAME_CONSTRAINTS_free(nc);
    X509_EXTENSION_free(ext);
    return n;
}

static void constraints_hold_a_domain_of_its_own_only_where_needed(void **state)
{
    (void)state;
    assert_int_equal(count_subtrees("m4sh.local"), 12);
    assert_int_equal(count_subtrees("box.school.edu.ua"), 13);
}

RUN("addresses", TEST(dns_names), TEST(local_names), TEST(local_addresses),
    TEST(the_box_has_its_names_once), TEST(constraints_hold_a_domain_of_its_own_only_where_needed))
