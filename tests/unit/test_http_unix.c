/* HTTP answers as they arrive, byte by byte, and the ones that are no answers. */
#include <errno.h>
#include <stdio.h>

#include "lib/http_unix.h"
#include "tests/unit/test.h"

/* Feeds every beginning of the text; all but the last must ask for more. */
static void arrives_whole_only_at_the_end(const char *text, bool ended, int status,
                                          const char *body)
{
    struct m4_http_answer a = {0};
    struct m4_err err = {0};
    size_t len = strlen(text);
    for (size_t n = 0; n < len; n++) {
        m4_autofree char *part = strndup(text, n);
        assert_int_equal(m4_http_parse(part, n, false, &a, &err), 0);
    }
    assert_int_equal(m4_http_parse(text, len, ended, &a, &err), 1);
    assert_int_equal(a.status, status);
    assert_string_equal(a.body, body);
    assert_int_equal(a.len, strlen(body));
    m4_http_answer_done(&a);
}

static void a_body_with_a_length(void **state)
{
    (void)state;
    arrives_whole_only_at_the_end("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello", false, 200,
                                  "hello");
}

static void a_body_in_chunks(void **state)
{
    (void)state;
    arrives_whole_only_at_the_end("HTTP/1.1 503 Busy\r\nTransfer-Encoding: chunked\r\n\r\n"
                                  "5;x=y\r\nhello\r\nA\r\n, children\r\n0\r\nTrailer: 1\r\n\r\n",
                                  false, 503, "hello, children");
}

static void a_body_to_the_end_of_the_stream(void **state)
{
    (void)state;
    arrives_whole_only_at_the_end("HTTP/1.0 200 OK\r\n\r\nall of it", true, 200, "all of it");
}

static void an_interim_answer_is_passed_over(void **state)
{
    (void)state;
    arrives_whole_only_at_the_end("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n"
                                  "Content-Length: 0\r\n\r\n",
                                  false, 201, "");
}

static void no_content_has_no_body(void **state)
{
    (void)state;
    arrives_whole_only_at_the_end("HTTP/1.1 204 No Content\r\n\r\n", false, 204, "");
}

static void refuses(const char *text, int code)
{
    struct m4_http_answer a = {0};
    struct m4_err err = {0};
    assert_int_equal(m4_http_parse(text, strlen(text), true, &a, &err), -code);
    assert_true(err.text[0]);
    assert_null(a.head);
}

static void what_is_no_answer_is_refused(void **state)
{
    (void)state;
    refuses("", EPROTO);
    refuses("SSH-2.0-OpenSSH\r\n\r\n", EPROTO);
    refuses("HTTP/1.1 2000 OK\r\n\r\n", EPROTO);
    refuses("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort", EPROTO);
    refuses("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", EPROTO);
    refuses("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n", EFBIG);
    refuses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnope\r\n", EPROTO);
    refuses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n", EPROTO);
    refuses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFF\r\n", EFBIG);
    refuses("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", EPROTO);
}

static void a_head_without_end_is_refused(void **state)
{
    (void)state;
    struct m4_http_answer a = {0};
    m4_autofree char *text = malloc(M4_HTTP_HEAD + 2);
    memset(text, 'x', M4_HTTP_HEAD + 1);
    text[M4_HTTP_HEAD + 1] = '\0';
    assert_int_equal(m4_http_parse(text, M4_HTTP_HEAD + 1, false, &a, NULL), -EFBIG);
}

static void headers_are_found_in_any_case(void **state)
{
    (void)state;
    const char *text = "HTTP/1.1 204 x\r\nX-Request-Id:  abc \r\nSet-Cookie: a=b; Secure\r\n\r\n";
    struct m4_http_answer a = {0};
    char value[8];
    assert_int_equal(m4_http_parse(text, strlen(text), true, &a, NULL), 1);
    assert_true(m4_http_header(&a, "set-cookie", value, sizeof(value)));
    assert_string_equal(value, "a=b; Se"); /* cut to fit */
    assert_false(m4_http_header(&a, "cookie", value, sizeof(value)));
    m4_http_answer_done(&a);
}

static void a_request_cannot_smuggle_lines(void **state)
{
    (void)state;
    m4_autobuf struct m4_buf out = M4_BUF(4096);
    const char *bad[] = {"X: 1\r\nEvil: 2", NULL};
    assert_int_equal(m4_http_request(&out, "GET", "/a\r\nb", NULL, NULL, 0, NULL), -EINVAL);
    assert_int_equal(m4_http_request(&out, "GET", "/", bad, NULL, 0, NULL), -EINVAL);
    m4_buf_clear(&out);
    assert_int_equal(m4_http_request(&out, "POST", "/x", NULL, "{}", 2, NULL), 0);
    assert_non_null(strstr(out.data, "Content-Length: 2\r\n\r\n{}"));
    assert_non_null(strstr(out.data, "Content-Type: application/json\r\n"));
}

static void out_of_memory_is_told(void **state)
{
    (void)state;
    const char *text = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    struct m4_http_answer a = {0};
    test_fail_malloc_at = 0;
    assert_int_equal(m4_http_parse(text, strlen(text), false, &a, NULL), -ENOMEM);
    test_fail_malloc_at = -1;
}

RUN("http_unix", TEST(a_body_with_a_length), TEST(a_body_in_chunks),
    TEST(a_body_to_the_end_of_the_stream), TEST(an_interim_answer_is_passed_over),
    TEST(no_content_has_no_body), TEST(what_is_no_answer_is_refused),
    TEST(a_head_without_end_is_refused), TEST(headers_are_found_in_any_case),
    TEST(a_request_cannot_smuggle_lines), TEST(out_of_memory_is_told))
