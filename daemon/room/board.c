#include "daemon/room/board.h"

#include <stdio.h>
#include <string.h>

#include "lib/clock.h"

static const char *const registers[] = {"k", "p", "c", "w", "z", "x", "m", "d"};
enum { REGISTERS = M4_COUNT(registers) };

struct value {
    int64_t lamport; /* 0: never set */
    const struct board_client *client;
    char *json;
};

struct element {
    char id[ELEMENT_CHARS + 1];
    int64_t creator;
    bool shown; /* at least one operation is applied */
    struct value values[REGISTERS];
};

struct board *board_new(int64_t id, const char *epoch)
{
    struct board *b = calloc(1, sizeof(*b));
    if (!b)
        abort();
    b->id = id;
    snprintf(b->epoch, sizeof(b->epoch), "%s", epoch);
    return b;
}

static void free_element(void *value)
{
    struct element *e = value;
    for (size_t i = 0; i < REGISTERS; i++)
        free(e->values[i].json);
    free(e);
}

void board_free(struct board *b)
{
    if (!b)
        return;
    strmap_done(&b->elements, free_element);
    strmap_done(&b->clients, free);
    for (size_t i = 0; i < BOARD_TAIL; i++)
        free(b->tail[i]);
    free(b);
}

static struct board_client *new_client(struct board *b, const char *id, int64_t person_id)
{
    struct board_client *c = calloc(1, sizeof(*c));
    if (!c)
        abort();
    snprintf(c->id, sizeof(c->id), "%s", id);
    c->person_id = person_id;
    strmap_put(&b->clients, c->id, c);
    return c;
}

static size_t clients_of(const struct board *b, int64_t person_id)
{
    size_t n = 0;
    for (size_t i = 0; i < b->clients.room; i++) {
        const struct board_client *c = b->clients.slots[i].value;
        n += c && c->person_id == person_id;
    }
    return n;
}

struct board_client *board_client(struct board *b, const char *id, int64_t person_id)
{
    struct board_client *c = strmap_get(&b->clients, id);
    if (c)
        return c->person_id == person_id ? c : NULL;
    if (clients_of(b, person_id) >= BOARD_CLIENTS_A_PERSON)
        return NULL;
    return new_client(b, id, person_id);
}

static const char *refuse(const char **ret_detail, const char *why, const char *detail)
{
    *ret_detail = detail;
    return why;
}

/* Geometry that its schema lets pass, and still is none. */
static const char *geometry_fault(const struct m4_json *f)
{
    const struct m4_json *p = m4_json_get(f, "p");
    int64_t x = 0, y = 0;
    bool is_x = true;
    if (!p)
        return NULL;
    if (p->len % 2)
        return "p holds pairs of x and y";
    for (const struct m4_json *v = p->child; v; v = v->next, is_x = !is_x) {
        *(is_x ? &x : &y) += (int64_t)v->real; /* of 1e6 too, which is no M4_INT */
        if (x > 1000000 || x < -1000000 || y > 1000000 || y < -1000000)
            return "p leaves the board: coordinates lie within 1000000 quarter units";
    }
    return NULL;
}

const char *board_refuses(const struct board *b, const struct board_op *op, const char **ret_detail)
{
    const struct element *e = strmap_get(&b->elements, op->element);
    const struct m4_json *f = op->fields;
    const char *fault = geometry_fault(f);
    if (fault)
        return refuse(ret_detail, "invalid", fault);
    if (op->lamport > b->lamport + LAMPORT_LEAP)
        return refuse(ret_detail, "invalid", "l is from the future: at most 1048576 ahead");
    if (b->bytes + b->coming >= BOARD_BYTES && (m4_json_get(f, "p") || m4_json_get(f, "x")))
        return refuse(ret_detail, "full", "a board holds 32 MiB of drawings");
    if (e) {
        if (e->creator != op->person_id && !op->may_edit_others)
            return refuse(ret_detail, "denied", "only a teacher changes what others drew");
        return NULL;
    }
    if (!m4_json_get(f, "k") || !m4_json_get(f, "p") || !m4_json_get(f, "c") ||
        !m4_json_get(f, "w"))
        return refuse(ret_detail, "invalid", "a new element has k, p, c and w");
    if (b->elements.count >= BOARD_ELEMENTS)
        return refuse(ret_detail, "full", "a board holds 20000 elements");
    return NULL;
}

static struct element *element_of(struct board *b, const char *id, int64_t creator)
{
    struct element *e = strmap_get(&b->elements, id);
    if (e)
        return e;
    e = calloc(1, sizeof(*e));
    if (!e)
        abort();
    snprintf(e->id, sizeof(e->id), "%s", id);
    e->creator = creator;
    strmap_put(&b->elements, e->id, e);
    return e;
}

struct entry *board_accept(struct board *b, const struct board_op *op)
{
    m4_autobuf struct m4_buf text = M4_BUF(128 * 1024);
    struct m4_jw w = M4_JW(&text);
    m4_jw_value(&w, op->fields);
    struct entry *e = calloc(1, sizeof(*e) + text.len + 1);
    if (!e || text.failed)
        abort();
    *e = (struct entry){.place = b->id,
                        .number = ++b->head,
                        .seq = op->seq,
                        .lamport = op->lamport,
                        .person_id = op->person_id,
                        .made_us = m4_wall_us(),
                        .text_len = (uint32_t)text.len};
    snprintf(e->client, sizeof(e->client), "%s", op->client);
    snprintf(e->element, sizeof(e->element), "%s", op->element);
    memcpy(e->text, text.data, text.len + 1);
    b->coming += text.len;
    element_of(b, op->element, op->person_id); /* whose it is counts at once */
    struct board_client *client = strmap_get(&b->clients, op->client);
    if (client)
        client->accepted = op->seq;
    if (op->lamport > b->lamport)
        b->lamport = op->lamport;
    return e;
}

static int register_of(const char *key)
{
    for (int i = 0; i < (int)REGISTERS; i++)
        if (!strcmp(registers[i], key))
            return i;
    return -1;
}

static bool wins(const struct value *v, int64_t lamport, const char *client)
{
    if (lamport != v->lamport)
        return lamport > v->lamport;
    return !v->client || strcmp(client, v->client->id) > 0;
}

static void keep_in_tail(struct board *b, const struct entry *op)
{
    m4_autobuf struct m4_buf text = M4_BUF(256 * 1024);
    board_write_op(&text, op);
    char **slot = &b->tail[op->number % BOARD_TAIL];
    free(*slot);
    *slot = m4_buf_take(&text);
    if (!*slot)
        abort();
    if (!b->tail_from)
        b->tail_from = op->number;
    if (op->number - b->tail_from >= BOARD_TAIL)
        b->tail_from = op->number - BOARD_TAIL + 1;
}

bool board_apply(struct board *b, const struct entry *op)
{
    m4_autodoc struct m4_doc *doc = NULL;
    if (op->number <= b->stored)
        return true;
    if (m4_json_parse(op->text, op->text_len, 0, &doc, NULL) < 0 ||
        m4_doc_root(doc)->type != M4_OBJECT)
        return false;
    struct element *e = element_of(b, op->element, op->person_id);
    struct board_client *client = strmap_get(&b->clients, op->client);
    if (!client) /* the log is taken as it is, whatever the limits are today */
        client = new_client(b, op->client, op->person_id);
    for (const struct m4_json *v = m4_doc_root(doc)->child; v; v = v->next) {
        int r = register_of(v->key);
        if (r < 0 || !wins(&e->values[r], op->lamport, op->client))
            continue;
        struct m4_buf text = M4_BUF(128 * 1024);
        struct m4_jw w = M4_JW(&text);
        m4_jw_value(&w, v);
        b->bytes += text.len;
        b->bytes -= e->values[r].json ? strlen(e->values[r].json) : 0;
        free(e->values[r].json);
        e->values[r] = (struct value){op->lamport, client, m4_buf_take(&text)};
    }
    e->shown = true;
    if (op->number <= b->head) /* accepted here; when loading, head follows */
        b->coming -= op->text_len;
    else
        b->head = op->number;
    b->stored = op->number;
    if (op->lamport > b->lamport)
        b->lamport = op->lamport;
    if (op->seq > client->last)
        client->last = op->seq;
    if (op->seq > client->accepted)
        client->accepted = op->seq;
    client->last_stored = op->seq;
    keep_in_tail(b, op);
    return true;
}

const char *board_tail(const struct board *b, int64_t version)
{
    if (!b->tail_from || version < b->tail_from || version > b->stored)
        return NULL;
    return b->tail[version % BOARD_TAIL];
}

int64_t board_version_of(const struct board *b, const char *client, int64_t seq)
{
    char wanted[80];
    snprintf(wanted, sizeof(wanted), "\"c\":\"%s\",\"s\":%lld,", client, (long long)seq);
    for (int64_t v = b->stored; v > 0 && v > b->stored - BOARD_LOOK_BACK; v--) {
        const char *text = board_tail(b, v);
        const char *c = text ? strstr(text, "\"c\":") : NULL; /* before what people wrote */
        if (c && !strncmp(c, wanted, strlen(wanted)))
            return v;
    }
    return 0;
}

void board_write_op(struct m4_buf *out, const struct entry *op)
{
    m4_buf_fmt(out, "{\"v\":%lld,\"c\":\"%s\",\"s\":%lld,\"l\":%lld,\"u\":%lld,\"e\":\"%s\",\"f\":",
               (long long)op->number, op->client, (long long)op->seq, (long long)op->lamport,
               (long long)op->person_id, op->element);
    m4_buf_add(out, op->text, op->text_len);
    m4_buf_add(out, "}", 1);
}

static void write_element(const struct element *e, struct m4_jw *w)
{
    m4_jw_key(w, e->id);
    m4_jw_open(w, '{');
    for (size_t i = 0; i < REGISTERS; i++) {
        const struct value *v = &e->values[i];
        if (!v->lamport)
            continue;
        m4_jw_key(w, registers[i]);
        m4_jw_open(w, '[');
        m4_jw_raw(w, v->json, strlen(v->json));
        m4_jw_int(w, v->lamport);
        m4_jw_str(w, v->client->id);
        m4_jw_close(w, ']');
    }
    m4_jw_close(w, '}');
}

void board_write_snapshot(const struct board *b, struct m4_buf *out)
{
    struct m4_jw w = M4_JW(out);
    m4_jw_open(&w, '{');
    m4_jw_kint(&w, "b", b->id);
    m4_jw_kstr(&w, "e", b->epoch);
    m4_jw_kint(&w, "v", b->stored);
    m4_jw_key(&w, "els");
    m4_jw_open(&w, '{');
    for (size_t i = 0; i < b->elements.room; i++) {
        const struct element *e = b->elements.slots[i].value;
        if (e && e->shown)
            write_element(e, &w);
    }
    m4_jw_close(&w, '}');
    m4_jw_key(&w, "by");
    m4_jw_open(&w, '{');
    for (size_t i = 0; i < b->elements.room; i++) {
        const struct element *e = b->elements.slots[i].value;
        if (e && e->shown)
            m4_jw_kint(&w, e->id, e->creator);
    }
    m4_jw_close(&w, '}');
    m4_jw_close(&w, '}');
}

size_t board_elements(const struct board *b)
{
    return b->elements.count;
}
