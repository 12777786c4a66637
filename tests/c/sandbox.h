/* The local provider that the driver runs beside each program: its faults, settings and counters. */
#ifndef SANDBOX_H
#define SANDBOX_H

#include "check.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

static inline struct sockaddr_in loopback(int port)
{
    struct sockaddr_in address;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/* Writes all of it; a peer that is gone is no reason to die. */
static inline void send_all(int socket_fd, const char *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = send(socket_fd, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes += sent;
        length -= (size_t)sent;
    }
}

/* A socket that listens on a free port of this machine. */
static inline int listener(int *port)
{
    struct sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0);
    CHECK_INT(bind(fd, (struct sockaddr *)&address, size), 0);
    CHECK_INT(listen(fd, 64), 0);
    CHECK_INT(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

/* A port on which nobody listens. */
static inline int closed_port(void)
{
    int port;
    int fd = listener(&port);
    close(fd);
    return port;
}

/* Asks the sandbox itself; the answer's body goes to `answer`. 2xx or the program ends. */
static inline void sandbox_ask(const char *method, const char *path, const char *body, char *answer, size_t size)
{
    char request[2048], received[8192];
    size_t length = 0;
    ssize_t got;
    struct sockaddr_in address;
    char *content;
    int fd, status = 0;
    const char *origin = environment("ERPTOKEN_CONTROL");
    const char *port = strrchr(origin, ':');

    CHECK(port != NULL);
    address = loopback(atoi(port + 1));
    fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0);
    if (connect(fd, (struct sockaddr *)&address, sizeof address) != 0)
        FAIL("the sandbox at %s does not answer: %s", origin, strerror(errno));
    snprintf(request, sizeof request,
        "%s /_sandbox/%s HTTP/1.1\r\nHost: 127.0.0.1%s\r\nContent-Type: application/json\r\n"
        "Content-Length: %u\r\nConnection: close\r\n\r\n%s",
        method, path, port, (unsigned)strlen(body), body);
    send_all(fd, request, strlen(request));
    while (length < sizeof received - 1 && (got = recv(fd, received + length, sizeof received - 1 - length, 0)) > 0)
        length += (size_t)got;
    close(fd);
    received[length] = '\0';
    content = strstr(received, "\r\n\r\n");
    if (sscanf(received, "HTTP/1.%*d %d", &status) != 1 || status / 100 != 2 || content == NULL)
        FAIL("the sandbox was asked %s %s %s and answered: %s", method, path, body, received);
    if (answer != NULL)
        snprintf(answer, size, "%s", content + 4);
}

/* The next `times` calls of an operation get this fault. */
static inline void sandbox_fault(const char *operation, const char *fault, int times)
{
    char path[256];
    snprintf(path, sizeof path, "fault?operation=%s&fault=%s&times=%d", operation, fault, times);
    sandbox_ask("POST", path, "", NULL, 0);
}

static inline void sandbox_clear(void)
{
    sandbox_ask("POST", "clear", "", NULL, 0);
}

static inline void sandbox_settings(const char *json)
{
    sandbox_ask("POST", "settings", json, NULL, 0);
}

static inline void sandbox_user(const char *provider, const char *username, const char *password)
{
    char json[512];
    snprintf(json, sizeof json, "{\"provider\":\"%s\",\"username\":\"%s\",\"password\":\"%s\"}", provider, username,
        password);
    sandbox_ask("POST", "user", json, NULL, 0);
}

/* How many calls reached an operation, such as "senior.login", or "connections". */
static inline int sandbox_count(const char *operation)
{
    char answer[4096], name[64];
    const char *found;
    sandbox_ask("GET", "counts", "", answer, sizeof answer);
    snprintf(name, sizeof name, "\"%s\":", operation);
    found = strstr(answer, name);
    return found == NULL ? 0 : atoi(found + strlen(name));
}

/* Connections of the library, without the ones of this program's own questions. */
static inline int sandbox_requests(void)
{
    char answer[4096];
    const char *at = answer;
    int sum = 0;
    sandbox_ask("GET", "counts", "", answer, sizeof answer);
    while ((at = strchr(at, ':')) != NULL) {
        const char *name = at - strlen("\"connections\"");
        if (name < answer || strncmp(name, "\"connections\"", strlen("\"connections\"")) != 0)
            sum += atoi(at + 1);
        at++;
    }
    return sum;
}

#endif
