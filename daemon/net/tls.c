#include "daemon/net/tls.h"

#include <errno.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <string.h>

/* The client's list has http/1.1, or it gets no ALPN answer at all (RFC 7301). */
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *out_len,
                           const unsigned char *in, unsigned in_len, void *data)
{
    (void)ssl;
    (void)data;
    static const char http1[] = "http/1.1";
    for (unsigned at = 0; at < in_len && at + 1 + in[at] <= in_len; at += 1 + in[at]) {
        if (in[at] == strlen(http1) && !memcmp(in + at + 1, http1, strlen(http1))) {
            *out = in + at + 1;
            *out_len = in[at];
            return SSL_TLSEXT_ERR_OK;
        }
    }
    return SSL_TLSEXT_ERR_NOACK;
}

static const char *reason(void)
{
    const char *text = ERR_reason_error_string(ERR_peek_last_error());
    return text ? text : "unknown error";
}

SSL_CTX *tls_context(const char *chain_path, const char *key_path, struct m4_err *err)
{
    ERR_clear_error();
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    if (!ctx) {
        m4_fail(err, ENOMEM, "cannot make a TLS context: %s", reason());
        return NULL;
    }
    SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_PRIORITIZE_CHACHA);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ctx,
                            0); /* a full handshake is cheap here; no ticket key to keep secret */
    SSL_CTX_set_mode(
        ctx,
        SSL_MODE_RELEASE_BUFFERS); /* about half the memory of an idle connection (make bench) */
    SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
    if (SSL_CTX_use_certificate_chain_file(ctx, chain_path) != 1) {
        m4_fail(err, EINVAL, "cannot use certificate \"%s\": %s", chain_path, reason());
    } else if (SSL_CTX_use_PrivateKey_file(ctx, key_path, SSL_FILETYPE_PEM) != 1) {
        m4_fail(err, EINVAL, "cannot use key \"%s\": %s", key_path, reason());
    } else if (SSL_CTX_check_private_key(ctx) != 1) {
        m4_fail(err, EINVAL, "key \"%s\" does not fit certificate \"%s\"", key_path, chain_path);
    } else {
        return ctx;
    }
    SSL_CTX_free(ctx);
    return NULL;
}
