/* fuzz_board.c - what pages send to a board, a message a line: schema, refusal or version, log,
 * snapshot. The snapshot is JSON that reads back to itself, and a board loaded from the log is
 * the same board.
 */
#include <string.h>

#include "daemon/room/board.h"
#include "lib/file.h"
#include "lib/schema.h"
#include "tests/fuzz/fuzz.h"

enum { LOG = 4096, FILE_BYTES = 1 << 20, SNAPSHOT = 16 << 20 };

static const char *const clients[] = {"aaaaaaaaaaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbbbbbbbbbb",
                                      "000000000000000000000001"};
static struct m4_schema *schema;
static struct entry *log_of[LOG];
static size_t log_len;

static void load_schema(void)
{
    m4_autofree char *text = NULL;
    m4_autodoc struct m4_doc *doc = NULL;
    size_t len;
    FUZZ_MUST(m4_file_read("schemas/board.operation.json", FILE_BYTES, &text, &len, NULL) == 0);
    FUZZ_MUST(m4_json_parse(text, len, 0, &doc, NULL) == 0);
    FUZZ_MUST(m4_schema_compile(m4_doc_root(doc), 0, &schema, NULL) == 0);
}

static void take_op(struct board *b, struct board_client *c, const struct m4_json *o)
{
    const char *detail = NULL;
    struct board_op op = {c->id,
                          m4_json_number(o, "s", 0),
                          m4_json_number(o, "l", 0),
                          c->person_id,
                          m4_json_text(o, "e", ""),
                          m4_json_get(o, "f"),
                          c->person_id == 1};
    FUZZ_MUST(op.seq > 0 && op.lamport > 0); /* its schema let it pass */
    if (op.seq != c->last + 1 || log_len == LOG)
        return;
    c->last = op.seq;
    const char *why = board_refuses(b, &op, &detail);
    FUZZ_MUST(!why == !detail);
    if (!why)
        log_of[log_len++] = board_accept(b, &op);
}

static void take_message(struct board *b, size_t page, const char *text, size_t len)
{
    m4_autodoc struct m4_doc *doc = NULL;
    if (m4_json_parse(text, len, M4_JSON_NO_NUL, &doc, NULL) < 0 ||
        !m4_schema_check(schema, m4_doc_root(doc), NULL))
        return;
    struct board_client *c = board_client(b, clients[page], (int64_t)page + 1);
    for (const struct m4_json *o = m4_json_get(m4_doc_root(doc), "o")->child; o; o = o->next)
        take_op(b, c, o);
}

static char *snapshot_of(const struct board *b)
{
    struct m4_buf text = M4_BUF(SNAPSHOT);
    board_write_snapshot(b, &text);
    FUZZ_MUST(!text.failed);
    return m4_buf_take(&text);
}

static void reads_back_to_itself(const char *text)
{
    m4_autodoc struct m4_doc *doc = NULL;
    m4_autobuf struct m4_buf again = M4_BUF(SNAPSHOT);
    struct m4_jw w = M4_JW(&again);
    FUZZ_MUST(m4_json_parse(text, strlen(text), M4_JSON_NO_NUL, &doc, NULL) == 0);
    m4_jw_value(&w, m4_doc_root(doc));
    FUZZ_MUST(!again.failed && !strcmp(text, again.data));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct board *b = board_new(1, "0123456789abcdef"), *loaded = board_new(1, "0123456789abcdef");
    if (!schema)
        load_schema();
    log_len = 0;
    size_t page = 0;
    for (size_t at = 0; at < size; page = (page + 1) % 3) {
        const uint8_t *end = memchr(data + at, '\n', size - at);
        size_t len = end ? (size_t)(end - data) - at : size - at;
        take_message(b, page, (const char *)data + at, len);
        at += len + 1;
    }
    for (size_t i = 0; i < log_len; i++) {
        FUZZ_MUST(board_apply(b, log_of[i]) && board_apply(loaded, log_of[i]));
        FUZZ_MUST(b->stored == (int64_t)i + 1 && board_tail(b, b->stored));
        FUZZ_MUST(board_version_of(b, log_of[i]->client, log_of[i]->seq) == b->stored);
    }
    FUZZ_MUST(b->coming == 0 && b->bytes == loaded->bytes && b->lamport == loaded->lamport);
    m4_autofree char *text = snapshot_of(b), *from_log = snapshot_of(loaded);
    reads_back_to_itself(text);
    FUZZ_MUST(!strcmp(text, from_log));
    while (log_len)
        free(log_of[--log_len]);
    board_free(b);
    board_free(loaded);
    return 0;
}
