#include "tools/fold.h"

#include <errno.h>
#include <string.h>

#include "lib/secret.h"

enum { VALUE_BYTES = 64 * 1024 };

struct reg {
    char *element, *name;
    char *value; /* JSON text */
    char *client;
    int64_t lamport;
};

struct fold {
    struct reg *regs;
    size_t count, room;
    bool sorted;
};

struct fold *fold_new(void)
{
    return calloc(1, sizeof(struct fold));
}

static void free_reg(struct reg *r)
{
    free(r->element);
    free(r->name);
    free(r->value);
    free(r->client);
}

void fold_free(struct fold *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->count; i++)
        free_reg(&f->regs[i]);
    free(f->regs);
    free(f);
}

static struct reg *find(struct fold *f, const char *element, const char *name)
{
    for (size_t i = 0; i < f->count; i++)
        if (!strcmp(f->regs[i].element, element) && !strcmp(f->regs[i].name, name))
            return &f->regs[i];
    return NULL;
}

static int make_room(struct fold *f, struct m4_err *err)
{
    if (f->count < f->room)
        return 0;
    if (f->count >= FOLD_REGISTERS)
        return m4_fail(err, EFBIG, "the board has more than %d registers", FOLD_REGISTERS);
    size_t more = f->room ? f->room * 2 : 64;
    if (more > FOLD_REGISTERS)
        more = FOLD_REGISTERS;
    struct reg *bigger = realloc(f->regs, more * sizeof(*bigger));
    if (!bigger)
        return m4_fail(err, ENOMEM, "the board does not fit in memory");
    f->regs = bigger;
    f->room = more;
    return 0;
}

/* Object members may come in any order; within values of ours there are none. */
static char *write_value(const struct m4_json *value)
{
    struct m4_buf text = M4_BUF(VALUE_BYTES);
    struct m4_jw w = M4_JW(&text);
    m4_jw_value(&w, value);
    return m4_buf_take(&text);
}

static int set(struct fold *f, const char *element, const char *name, const struct m4_json *value,
               int64_t lamport, const char *client, struct m4_err *err)
{
    struct reg *at = find(f, element, name);
    if (at &&
        (lamport < at->lamport || (lamport == at->lamport && strcmp(client, at->client) <= 0)))
        return 0;
    int rc = at ? 0 : make_room(f, err);
    if (rc < 0)
        return rc;
    struct reg new = {strdup(element), strdup(name), write_value(value), strdup(client), lamport};
    if (!new.element || !new.name || !new.value || !new.client) {
        free_reg(&new);
        return m4_fail(err, ENOMEM, "the board does not fit in memory");
    }
    if (at) {
        free_reg(at);
        *at = new;
    } else {
        f->regs[f->count++] = new;
        f->sorted = false;
    }
    return 0;
}

int fold_apply(struct fold *f, const char *element, const struct m4_json *fields, int64_t lamport,
               const char *client, struct m4_err *err)
{
    int rc = 0;
    for (const struct m4_json *v = fields ? fields->child : NULL; rc == 0 && v; v = v->next)
        rc = set(f, element, v->key, v, lamport, client, err);
    return rc;
}

/* [value, lamport, client] */
static int apply_entry(struct fold *f, const char *element, const struct m4_json *entry,
                       struct m4_err *err)
{
    const struct m4_json *value = entry->type == M4_ARRAY ? entry->child : NULL;
    const struct m4_json *lamport = value ? value->next : NULL;
    const struct m4_json *client = lamport ? lamport->next : NULL;
    if (!client || lamport->type != M4_INT || client->type != M4_STRING)
        return m4_fail(err, EPROTO, "register \"%s\" of \"%s\" is no [value, lamport, client]",
                       entry->key, element);
    return set(f, element, entry->key, value, lamport->number, client->text, err);
}

int fold_apply_snapshot(struct fold *f, const struct m4_json *els, struct m4_err *err)
{
    if (!els || els->type != M4_OBJECT)
        return m4_fail(err, EPROTO, "the snapshot has no \"els\"");
    int rc = 0;
    for (const struct m4_json *el = els->child; rc == 0 && el; el = el->next)
        for (const struct m4_json *v = el->child; rc == 0 && v; v = v->next)
            rc = apply_entry(f, el->key, v, err);
    return rc;
}

static int by_place(const void *left, const void *right)
{
    const struct reg *a = left, *b = right;
    int order = strcmp(a->element, b->element);
    return order ? order : strcmp(a->name, b->name);
}

static void sort(struct fold *f)
{
    if (!f->sorted && f->count)
        qsort(f->regs, f->count, sizeof(*f->regs), by_place);
    f->sorted = true;
}

size_t fold_elements(struct fold *f)
{
    size_t count = 0;
    sort(f);
    for (size_t i = 0; i < f->count; i++)
        count += !i || strcmp(f->regs[i].element, f->regs[i - 1].element) != 0;
    return count;
}

int fold_hash(struct fold *f, char out[FOLD_HASH], struct m4_err *err)
{
    m4_autobuf struct m4_buf all = M4_BUF((size_t)256 * 1024 * 1024);
    uint8_t digest[32];
    sort(f);
    m4_buf_str(&all, "");
    for (const struct reg *r = f->regs; r < f->regs + f->count; r++)
        m4_buf_fmt(&all, "%s %s %s %lld %s\n", r->element, r->name, r->value, (long long)r->lamport,
                   r->client);
    if (all.failed)
        return m4_fail(err, ENOMEM, "the board does not fit in memory");
    m4_sha256(all.data, all.len, digest);
    m4_hex(digest, sizeof(digest), out);
    return 0;
}
