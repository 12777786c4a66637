/*
 * tiny_http.c: see tiny_http.h. POSIX sockets; not a model for anything.
 */
#define _POSIX_C_SOURCE 200809L

#include "tiny_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

static int no_answer(const char *why)
{
    fprintf(stderr, "tiny_http: %s\n", why);
    return 0;
}

/* Takes "http://127.0.0.1:PORT/path" apart; another host is refused, because the token would travel in the clear. */
static const char *split(const char *url, unsigned short *port)
{
    static const char origin[] = "http://127.0.0.1:";
    char *end;
    unsigned long number;

    if (strncmp(url, origin, sizeof origin - 1) != 0)
        return NULL;
    number = strtoul(url + sizeof origin - 1, &end, 10);
    if (number == 0 || number > 65535 || *end != '/')
        return NULL;
    *port = (unsigned short)number;
    return end;
}

static int connected(unsigned short port)
{
    struct sockaddr_in address;
    struct timeval limit = { 10, 0 };
    int s = socket(AF_INET, SOCK_STREAM, 0);

    if (s < 0)
        return -1;
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) != 0
        || setsockopt(s, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) != 0
        || connect(s, (struct sockaddr *)&address, sizeof address) != 0) {
        close(s);
        return -1;
    }
    return s;
}

static int send_all(int s, const char *bytes, size_t left)
{
    while (left > 0) {
        ssize_t sent = send(s, bytes, left, MSG_NOSIGNAL);

        if (sent < 0 && errno == EINTR)
            continue;
        if (sent <= 0)
            return 0;
        bytes += sent;
        left -= (size_t)sent;
    }
    return 1;
}

/* Reads until the server closes, which "Connection: close" asked for. Too much is an error, too. */
static int receive_all(int s, char *buffer, size_t size)
{
    size_t filled = 0;

    for (;;) {
        ssize_t got = recv(s, buffer + filled, size - 1 - filled, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 || filled + (size_t)got == size - 1)
            return 0;
        if (got == 0)
            break;
        filled += (size_t)got;
    }
    buffer[filled] = '\0';
    return 1;
}

int tiny_http(const char *method, const char *url, const char *token, char *answer, size_t size)
{
    char request[8192], received[16384];
    const char *path, *body;
    unsigned short port = 0;
    int s, length, status = 0;

    if (size > 0)
        answer[0] = '\0';
    path = split(url, &port);
    if (path == NULL)
        return no_answer("only http://127.0.0.1:PORT/... is possible");
    length = snprintf(request, sizeof request,
                      "%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\nContent-Length: 0\r\n%s%s%s\r\n",
                      method, path, (unsigned)port, token ? "Authorization: Bearer " : "", token ? token : "",
                      token ? "\r\n" : "");
    if (length < 0 || (size_t)length >= sizeof request)
        return no_answer("the request is too long");

    s = connected(port);
    if (s < 0)
        return no_answer("no connection");
    if (!send_all(s, request, (size_t)length) || !receive_all(s, received, sizeof received)) {
        close(s);
        return no_answer("the connection broke, or the answer is too long");
    }
    close(s);

    body = strstr(received, "\r\n\r\n");
    if (body == NULL || sscanf(received, "HTTP/1.1 %3d", &status) != 1)
        return no_answer("that was no HTTP answer");
    if (size > 0)
        snprintf(answer, size, "%s", body + 4);
    return status;
}
