/* What a careful ERP programmer writes by hand: accounts in a hash table under a mutex, the token copied out to the
 * caller, and a login with libcurl over one kept connection when there is none, or it is about to expire. */
#include <curl/curl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define MARGIN 60

struct account {
    struct account *next;
    char *user, *password, *token;
    size_t token_length;
    time_t expires;
};

struct answer {
    char *text;
    size_t length;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct account **buckets;
static size_t bucket_count, account_count;
static CURL *curl;

static size_t hash(const char *user) {
    size_t value = 14695981039346656037u;
    for (; *user; user++) value = (value ^ (unsigned char)*user) * 1099511628211u;
    return value;
}

static size_t keep(char *bytes, size_t size, size_t count, void *to) {
    struct answer *answer = to;
    char *larger;
    size *= count;
    larger = realloc(answer->text, answer->length + size + 1);
    if (!larger) return 0;
    memcpy(larger + answer->length, bytes, size);
    answer->text = larger;
    answer->length += size;
    answer->text[answer->length] = 0;
    return size;
}

/* The base URL and the file of the CA, or NULL for the system's. */
int peer_start(const char *base, const char *ca) {
    char url[512];
    if (strlen(base) > 400) return -1;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    curl = curl_easy_init();
    if (!curl) return -1;
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, curl_slist_append(NULL, "Accept: application/json"));
    strcat(strcpy(url, base), "/api/token");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 30L);
    if (ca) curl_easy_setopt(curl, CURLOPT_CAINFO, ca);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    return 0;
}

static int grow(void) {
    size_t count = bucket_count ? bucket_count * 2 : 1024, i;
    struct account **larger = calloc(count, sizeof *larger), *account, *next;
    if (!larger) return -1;
    for (i = 0; i < bucket_count; i++) {
        for (account = buckets[i]; account; account = next) {
            struct account **place = &larger[hash(account->user) & (count - 1)];
            next = account->next;
            account->next = *place;
            *place = account;
        }
    }
    free(buckets);
    buckets = larger;
    bucket_count = count;
    return 0;
}

/* `token` may be NULL: then the first peer_get logs in. */
int peer_open(const char *user, const char *password, const char *token) {
    struct account *account = calloc(1, sizeof *account), **place;
    if (!account) return -1;
    account->user = strdup(user);
    account->password = strdup(password);
    if (token) {
        account->token = strdup(token);
        account->token_length = strlen(token);
        account->expires = time(NULL) + 86400;
    }
    pthread_mutex_lock(&lock);
    if (account_count >= bucket_count && grow()) return pthread_mutex_unlock(&lock), -1;
    place = &buckets[hash(user) & (bucket_count - 1)];
    account->next = *place;
    *place = account;
    account_count++;
    pthread_mutex_unlock(&lock);
    return 0;
}

static int log_in(struct account *account) {
    char *user = curl_easy_escape(curl, account->user, 0), *password = curl_easy_escape(curl, account->password, 0);
    char *form = NULL, *start, *end;
    struct answer answer = {NULL, 0};
    long status = 0;
    int failed = -1;
    if (user && password) form = malloc(strlen(user) + strlen(password) + 64);
    if (!form) goto done;
    strcat(strcpy(form, "grant_type=password&username="), user);
    strcat(strcat(form, "&password="), password);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, form);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer);
    if (curl_easy_perform(curl) != CURLE_OK) goto done;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    if (status != 200 || !answer.text) goto done;
    start = strstr(answer.text, "\"access_token\":\"");
    if (!start) goto done;
    start += strlen("\"access_token\":\"");
    end = strchr(start, '"');
    if (!end) goto done;
    free(account->token);
    account->token_length = end - start;
    account->token = strndup(start, account->token_length);
    start = strstr(end, "\"expires_in\":");
    account->expires = time(NULL) + (start ? atol(start + strlen("\"expires_in\":")) : 3600);
    failed = 0;
done:
    curl_free(user);
    curl_free(password);
    free(form);
    free(answer.text);
    return failed;
}

int peer_get(const char *user, char *buffer, int *length) {
    struct account *account = NULL;
    int status = -1;
    pthread_mutex_lock(&lock);
    if (bucket_count) account = buckets[hash(user) & (bucket_count - 1)];
    while (account && strcmp(account->user, user)) account = account->next;
    if (account && (account->token && time(NULL) < account->expires - MARGIN ? 0 : log_in(account)) == 0 &&
        account->token_length < (size_t)*length) {
        memcpy(buffer, account->token, account->token_length + 1);
        *length = (int)account->token_length;
        status = 0;
    }
    pthread_mutex_unlock(&lock);
    return status;
}
