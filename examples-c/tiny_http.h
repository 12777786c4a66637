/*
 * tiny_http.h: a stand-in for the HTTP component that your program has already (libcurl, Indy, Synapse, WinHTTP ...).
 *
 * It exists so that the examples need nothing but erptoken. Do not copy it into a program: it speaks plain http, to
 * this very machine only, reads one answer per connection and knows no redirects.
 */
#ifndef TINY_HTTP_H
#define TINY_HTTP_H

#include <stddef.h>

/*
 * Sends a request without a body to http://127.0.0.1:PORT/... and waits 10 s at most for each part of the answer.
 *
 * token   Goes into "Authorization: Bearer ..."; NULL: no such header.
 * answer  Receives the body as text, cut to its size; may be NULL with a size of 0.
 *
 * Answers the HTTP status; 0: there was no answer (the reason is printed to standard error).
 */
int tiny_http(const char *method, const char *url, const char *token, char *answer, size_t size);

#endif
