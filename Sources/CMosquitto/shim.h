#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <openssl/ssl.h>
#include <openssl/x509v3.h>

// libmosquitto compares a certificate with the name it was told to connect to, which here is an address that has just
// answered. So the TLS context is made here, with OpenSSL's own check of the configured name, and given to libmosquitto
// (MOSQ_OPT_SSL_CTX). OpenSSL's API is macros in places, so this is C.

// Why a handshake failed: what verification found (X509_V_ERR_..., 0 for nothing), and the alert the other side sent
// (TLS alert description, -1 for none).
struct hub_tls_outcome {
    int verification;
    int alert;
    int asked; // the other side asked for a certificate
};

enum hub_tls_step {
    HUB_TLS_DONE, HUB_TLS_MEMORY, HUB_TLS_AUTHORITIES, HUB_TLS_CERTIFICATE, HUB_TLS_KEY, HUB_TLS_PAIR, HUB_TLS_NAME
};

static int hub_tls_verified(int is_fine, X509_STORE_CTX *store) {
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    struct hub_tls_outcome *outcome = ssl ? SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)) : NULL;
    if (!is_fine && outcome && outcome->verification == 0) outcome->verification = X509_STORE_CTX_get_error(store);
    return is_fine;
}

static void hub_tls_informed(const SSL *ssl, int where, int value) {
    struct hub_tls_outcome *outcome = SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl));
    if (outcome && (where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT) outcome->alert = value & 0xff;
}

static int hub_tls_asked(SSL *ssl, void *argument) {
    (void)ssl;
    ((struct hub_tls_outcome *)argument)->asked = 1;
    return 1;
}

// A key with a passphrase is told as one that cannot be used. OpenSSL by itself would ask for it on the terminal, and wait.
static int hub_tls_no_passphrase(char *passphrase, int size, int writes, void *argument) {
    (void)passphrase, (void)size, (void)writes, (void)argument;
    return -1;
}

// A context that trusts `authorities` (NULL: the system's), shows `certificate` with `key` (NULL: none), and accepts
// only a server whose certificate is for `name`. `outcome` must outlive it. NULL where `step` could not be done.
static inline void *hub_tls_context(const char *authorities, const char *certificate, const char *key,
                                    const char *name, struct hub_tls_outcome *outcome, int *step) {
    outcome->verification = 0;
    outcome->alert = -1;
    outcome->asked = 0;
    *step = HUB_TLS_MEMORY;
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    if (!context) return NULL;
    SSL_CTX_set_app_data(context, outcome);
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, hub_tls_verified);
    SSL_CTX_set_cert_cb(context, hub_tls_asked, outcome);
    SSL_CTX_set_info_callback(context, hub_tls_informed);
    SSL_CTX_set_default_passwd_cb(context, hub_tls_no_passphrase);
    X509_VERIFY_PARAM *rules = SSL_CTX_get0_param(context);
    do {
        *step = HUB_TLS_AUTHORITIES;
        if (authorities ? SSL_CTX_load_verify_locations(context, authorities, NULL) != 1
                        : SSL_CTX_set_default_verify_paths(context) != 1) break;
        *step = HUB_TLS_NAME;
        X509_VERIFY_PARAM_set_hostflags(rules, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
        // To OpenSSL no name means no check of it.
        if (!*name) break;
        if (X509_VERIFY_PARAM_set1_ip_asc(rules, name) != 1 && X509_VERIFY_PARAM_set1_host(rules, name, 0) != 1) break;
        if (certificate && key) {
            // The key first: OpenSSL then takes any certificate, and says apart whether the two belong together.
            *step = HUB_TLS_KEY;
            if (SSL_CTX_use_PrivateKey_file(context, key, SSL_FILETYPE_PEM) != 1) break;
            *step = HUB_TLS_CERTIFICATE;
            if (SSL_CTX_use_certificate_chain_file(context, certificate) != 1) break;
            *step = HUB_TLS_PAIR;
            if (SSL_CTX_check_private_key(context) != 1) break;
        }
        *step = HUB_TLS_DONE;
        return context;
    } while (0);
    SSL_CTX_free(context);
    return NULL;
}

// Whether this moment lies before (-1), in (0) or after (1) the time of the context's own certificate.
static inline int hub_tls_own_time(void *context) {
    X509 *own = SSL_CTX_get0_certificate(context);
    if (!own) return 0;
    if (X509_cmp_current_time(X509_get0_notBefore(own)) > 0) return -1;
    return X509_cmp_current_time(X509_get0_notAfter(own)) < 0;
}

static inline void hub_tls_free(void *context) {
    SSL_CTX_free(context);
}

// OpenSSL's words for what verification found.
static inline const char *hub_tls_text(int verification) {
    return X509_verify_cert_error_string(verification);
}
