/* The same by hand with libcurl: one POST, and the answer is kept as it is, unread. */
#include <curl/curl.h>
#include <string.h>

static char answer[65536];
static size_t received;

static size_t keep(char *bytes, size_t size, size_t count, void *unused) {
    (void)unused;
    size *= count;
    if (received + size > sizeof answer) return 0;
    memcpy(answer + received, bytes, size);
    received += size;
    return size;
}

int main(int count, char **arguments) {
    char url[512];
    long status = 0;
    CURL *curl;
    if (count != 3) return 2;
    curl_global_init(CURL_GLOBAL_DEFAULT);
    curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, curl_slist_append(NULL, "Accept: application/json"));
    strcat(strcpy(url, arguments[1]), "/api/token");
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CAINFO, arguments[2]);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS,
        "grant_type=password&username=email%40email.com.br&password=senha%20do%20usu%C3%A1rio");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, keep);
    if (curl_easy_perform(curl) != CURLE_OK) return 1;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    return status != 200;
}
