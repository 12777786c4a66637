/*
 * consent.c: a provider that wants a person's consent once (Bling, Mercado Livre, Melhor Envio, Conta Azul).
 *
 * Shows    The consent address with state and PKCE, the wait for the browser on this machine (or the pasted address), and
 *          the one login that the code is good for. What it brings goes to the store: from then on every program and
 *          every machine that uses the store with the same client_id and client_secret has a token, and renews it, and
 *          none of them knows of codes.
 * Prints   the address to open, the token shortened, and the same token as another account has it.
 *
 * usage: consent PROFILE AUTHORIZE_ADDRESS [BASE_URL]
 *
 *   PROFILE            the profile's absolute path
 *   AUTHORIZE_ADDRESS  where the vendor asks the person; see the profile's page
 *   BASE_URL           another base than the profile's
 *
 * CLIENT_ID and CLIENT_SECRET are read from the environment, so are ERPTOKEN_STORE (file:FOLDER, redis://...) and
 * ERPTOKEN_STORE_KEY (its key: 64 hexadecimal digits, or file: and the path of a file with them). PORT is where the
 * browser comes back to (8765): http://127.0.0.1:8765/ is to be registered at the vendor. A vendor that takes https
 * addresses only: register one of yours, set REDIRECT_URI to it, and paste here the address that the browser ends at.
 * BROWSER is the program that is given the address to open; without it the person opens it.
 *
 * Without arguments it goes to the sandbox, where a person consents at once and this program plays the browser.
 * POSIX sockets; on Windows the same calls are in winsock2.h, after WSAStartup.
 */
#define _POSIX_C_SOURCE 200809L

#include "example.h"
#include "sha256.h"
#include "tiny_http.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static const char base64url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* 43 letters of random: 32 bytes are what RFC 7636 asks for, and six bits of each byte will do here. 0: no random. */
static int random_text(char out[44])
{
    int i, source = open("/dev/urandom", O_RDONLY);
    int ok = source >= 0 && read(source, out, 43) == 43;

    if (source >= 0)
        close(source);
    for (i = 0; i < 43; i++)
        out[i] = base64url[(unsigned char)out[i] & 63];
    out[43] = '\0';
    return ok;
}

/* BASE64URL(SHA256(verifier)), RFC 7636 section 4.2. */
static int challenge_of(const char *verifier, char out[44])
{
    unsigned char hash[33] = { 0 };
    int i;

    if (!sha256(verifier, hash))
        return 0;
    for (i = 0; i < 43; i++) {
        int bit = i * 6, at = bit / 8;

        out[i] = base64url[(hash[at] << 8 | hash[at + 1]) >> (10 - bit % 8) & 63];
    }
    out[43] = '\0';
    return 1;
}

/* Percent-encodes a value for a query. */
static void encoded(const char *value, char *out, size_t size)
{
    size_t length = 0;

    for (; *value != '\0' && length + 4 < size; value++) {
        unsigned char byte = (unsigned char)*value;

        if (strchr(base64url, byte) != NULL || byte == '.' || byte == '~')
            out[length++] = (char)byte;
        else
            length += (size_t)snprintf(out + length, 4, "%%%02X", byte);
    }
    out[length] = '\0';
}

/* The value of a field in "...?code=...&state=... HTTP/1.1", decoded. 0: it is not there, or too long. */
static int field(const char *line, const char *name, char *out, size_t size)
{
    const char *at = strchr(line, '?');
    size_t length = 0, wanted = strlen(name);

    while (at != NULL && !(strncmp(at + 1, name, wanted) == 0 && at[1 + wanted] == '='))
        at = strpbrk(at + 1, "&#");
    if (at == NULL)
        return 0;
    for (at += wanted + 2; *at != '\0' && strchr("&# \r\n", *at) == NULL; at++) {
        unsigned byte = (unsigned char)*at;

        if (*at == '%' && sscanf(at + 1, "%2x", &byte) == 1)
            at += 2;
        if (length + 1 >= size)
            return 0;
        out[length++] = (char)byte;
    }
    out[length] = '\0';
    return length > 0;
}

/* Listens on this machine only. -1: the port is taken. */
static int listening(unsigned short port)
{
    struct sockaddr_in address;
    int on = 1, s = socket(AF_INET, SOCK_STREAM, 0);

    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (s >= 0
        && (setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0
            || bind(s, (struct sockaddr *)&address, sizeof address) != 0 || listen(s, 4) != 0)) {
        close(s);
        s = -1;
    }
    return s;
}

/* Waits for the browser and takes the first line of what it asks for. Others may come (a favicon): until one has a code. */
static int browser_came(int listener, char *line, size_t size)
{
    static const char page[] = "<!doctype html><meta charset=utf-8><title>erptoken</title>"
                               "<p>Pronto: pode fechar esta janela. / Done: you may close this window.";
    char answer[512], ignored[16];
    int tries;

    for (tries = 0; tries < 20; tries++) {
        struct timeval limit = { 10, 0 };
        int s = accept(listener, NULL, NULL);
        ssize_t got;

        if (s < 0)
            return 0;
        setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        got = recv(s, line, size - 1, 0);
        line[got > 0 ? got : 0] = '\0';
        line[strcspn(line, "\r\n")] = '\0';
        snprintf(answer, sizeof answer,
                 "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nConnection: close\r\n"
                 "Content-Length: %u\r\n\r\n%s", (unsigned)(sizeof page - 1), page);
        if (send(s, answer, strlen(answer), MSG_NOSIGNAL) < 0)
            perror("browser");
        close(s);
        if (field(line, "code", answer, sizeof answer) || field(line, "error", ignored, sizeof ignored))
            return 1;
    }
    return 0;
}

/* Gives the address to the person's browser. Without one, in the sandbox, this plays it: it asks and goes where it is sent. */
static void open_browser(const char *browser, const char *address)
{
    if (fork() == 0) {
        char target[4096], page[4096];

        if (browser != NULL)
            execlp(browser, browser, address, (char *)NULL);
        else if (tiny_http("GET", address, NULL, target, sizeof target) == 302)
            tiny_http("GET", target, NULL, page, sizeof page);
        _exit(127);
    }
}

static int32_t account_of(const char *profile, const char *base, const char *id, const char *secret, int32_t *account)
{
    int32_t status = erptoken_open(profile, account);

    if (status == ERPTOKEN_OK && base != NULL)
        status = erptoken_set(*account, "base_url", base);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(*account, "client_id", id);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(*account, "client_secret", secret);
    return status;
}

int main(int argc, char **argv)
{
    char profile[4096], authorize[512], verifier[44], challenge[44], state[44], their_state[64];
    char redirect[512], address[4096], line[8192], code[4096], client[512], back[1024], token[4096], text[64];
    const char *base = argc > 3 ? argv[3] : NULL, *browser = getenv("BROWSER"), *store = getenv("ERPTOKEN_STORE");
    const char *store_key = getenv("ERPTOKEN_STORE_KEY");
    const char *id = getenv("CLIENT_ID"), *secret = getenv("CLIENT_SECRET"), *own = getenv("REDIRECT_URI");
    unsigned short port = getenv("PORT") ? (unsigned short)atoi(getenv("PORT")) : 8765;
    int32_t account = 0, other = 0, length, status = ERPTOKEN_OK;
    int listener = -1;

    if (argc > 2) {
        snprintf(profile, sizeof profile, "%s", argv[1]);
        snprintf(authorize, sizeof authorize, "%s", argv[2]);
    } else {
        char here[3072];
        base = sandbox("ERPTOKEN_SANDBOX_CONSENT");
        snprintf(profile, sizeof profile, "%s/consented.json", getcwd(here, sizeof here) ? here : ".");
        snprintf(authorize, sizeof authorize, "%s/oauth/authorize", base);
        id = "erp-da-empresa";
        secret = "segredo-do-cliente";
        own = NULL;
    }
    if (id == NULL || secret == NULL) {
        fprintf(stderr, "CLIENT_ID and CLIENT_SECRET are not set\n");
        return 2;
    }
    /* The state tells our own consent from one that somebody else began; the challenge makes the code worthless to others. */
    if (!random_text(verifier) || !random_text(state) || !challenge_of(verifier, challenge)) {
        fprintf(stderr, "no random numbers\n");
        return 1;
    }
    /* Before the person is asked: without its store the consent would be lost. What follows is for every program. */
    if (store != NULL && store_key == NULL) {
        fprintf(stderr, "ERPTOKEN_STORE_KEY is not set: what ERPTOKEN_STORE names is sealed with it\n");
        return 2;
    }
    if (store != NULL) {
        status = erptoken_configure("store", store);
        if (status == ERPTOKEN_OK)
            status = erptoken_configure("store_key", store_key);
        if (status != ERPTOKEN_OK) {
            print_failure("store", status);
            return 1;
        }
    }
    if (own == NULL && (listener = listening(port)) < 0) {
        fprintf(stderr, "port %u of this machine is taken: set PORT\n", (unsigned)port);
        return 1;
    }
    if (own != NULL)
        snprintf(redirect, sizeof redirect, "%s", own);
    else
        snprintf(redirect, sizeof redirect, "http://127.0.0.1:%u/", (unsigned)port);

    encoded(id, client, sizeof client);
    encoded(redirect, back, sizeof back);
    snprintf(address, sizeof address,
             "%s%sresponse_type=code&client_id=%s&redirect_uri=%s&state=%s&code_challenge=%s&code_challenge_method=S256",
             authorize, strchr(authorize, '?') ? "&" : "?", client, back, state, challenge);
    printf("open in a browser:\n%s\n", address);
    fflush(stdout);
    if (listener >= 0 && (browser != NULL || argc < 3))
        open_browser(browser, address);

    if (listener >= 0) {
        if (!browser_came(listener, line, sizeof line)) {
            fprintf(stderr, "nobody came back with a code\n");
            return 1;
        }
        close(listener);
    } else {
        printf("paste the address that the browser ended at:\n");
        if (fgets(line, sizeof line, stdin) == NULL)
            return 1;
    }
    if (field(line, "error", code, sizeof code)) {
        fprintf(stderr, "the person, or the provider, said no: %s\n", code);
        return 1;
    }
    if (!field(line, "code", code, sizeof code) || !field(line, "state", their_state, sizeof their_state)
        || strcmp(state, their_state) != 0) {
        fprintf(stderr, "that is not the answer to this consent\n");
        return 1;
    }

    status = account_of(profile, base, id, secret, &account);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "redirect_uri", redirect);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "code_verifier", verifier);
    if (status == ERPTOKEN_OK)
        status = erptoken_set(account, "code", code);
    if (status == ERPTOKEN_OK) {
        length = sizeof token;
        status = erptoken_get(account, token, &length); /* at once: codes live for a minute or so */
    }
    if (status == ERPTOKEN_OK)
        printf("token %s\n", shortened(token, length, text, sizeof text));

    /* Any other program: it knows the client, and no code. */
    if (status == ERPTOKEN_OK)
        status = account_of(profile, base, id, secret, &other);
    if (status == ERPTOKEN_OK) {
        length = sizeof token;
        status = erptoken_get(other, token, &length);
    }
    if (status == ERPTOKEN_OK)
        printf("another account has it, without a code: %s\n", shortened(token, length, text, sizeof text));
    else
        print_failure("consent", status);

    erptoken_close(other);
    erptoken_close(account);
    while (waitpid(-1, NULL, WNOHANG) > 0)
        ;
    return status == ERPTOKEN_OK ? 0 : 1;
}
