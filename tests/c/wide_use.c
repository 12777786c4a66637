/* The second family at work: one cache with the first one, hits that allocate nothing, requests, application tokens, the
 * log. */
#include "utf16.h"

extern void *__libc_malloc(size_t size);
extern void *__libc_realloc(void *old, size_t size);

static __thread long allocations;

/* The library takes its memory from here too: the program's symbols come first. */
void *malloc(size_t size)
{
    allocations++;
    return __libc_malloc(size);
}

void *realloc(void *old, size_t size)
{
    allocations++;
    return __libc_realloc(old, size);
}

/* Opened by one family, with a user and a password set by the other, it is one identity. */
static void both_families_share_one_cache(void)
{
    static const char username[] = "ambos\xc3\xa7@empresa.com.br", password[] = "\xe2\x82\xac senha \xf0\x9f\x98\x80";
    int32_t narrow_one, wide_one = 0, logins = -1, length = TOKEN_SIZE;
    erptokenw_char wide_token[TOKEN_SIZE], expected[TOKEN_SIZE], source[16];
    char token[TOKEN_SIZE];

    sandbox_user("senior", username, password);
    CHECK_STATUS(erptokenw_open(w("senior"), &wide_one), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(wide_one, "base_url", base_of("senior")), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_set(wide_one, w("username"), w(username)), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_set(wide_one, w("password"), w(password)), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_get(wide_one, wide_token, &length), ERPTOKEN_OK);

    narrow_one = account_at("senior", username, password);
    CHECK_STATUS(get(narrow_one, token), ERPTOKEN_OK);
    CHECK_INT(widen(token, expected), length);
    CHECK(same_units(wide_token, expected));
    CHECK_STATUS(erptokenw_info_int(narrow_one, w("logins"), &logins), ERPTOKEN_OK);
    CHECK_INT(logins, 1);
    length = 16;
    CHECK_STATUS(erptokenw_info(narrow_one, w("source"), source, &length), ERPTOKEN_OK);
    CHECK(same_units(source, w("memory")));

    /* Refused through one, renewed for both. */
    CHECK_STATUS(erptokenw_reject(narrow_one, wide_token), ERPTOKEN_OK);
    CHECK_STATUS(get(wide_one, token), ERPTOKEN_OK);
    widen(token, expected);
    CHECK(!same_units(wide_token, expected));
    length = TOKEN_SIZE;
    CHECK_STATUS(erptokenw_get(narrow_one, wide_token, &length), ERPTOKEN_OK);
    CHECK(same_units(wide_token, expected));
    CHECK_STATUS(erptoken_close(wide_one), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_close(narrow_one), ERPTOKEN_OK);
}

static void a_hit_allocates_nothing(void)
{
    int32_t handle = new_user("largo@empresa.com.br"), length;
    erptokenw_char token[TOKEN_SIZE];
    int i, hits, rounds = scale(10000, 100);
    long before;

    length = TOKEN_SIZE;
    CHECK_STATUS(erptokenw_get(handle, token, &length), ERPTOKEN_OK);
    hits = number(handle, "hits");
    before = allocations;
    for (i = 0; i < rounds; i++) {
        CHECK_STATUS(erptokenw_get(handle, token, (length = TOKEN_SIZE, &length)), ERPTOKEN_OK);
        CHECK_STATUS(erptokenw_authorization(handle, token, (length = TOKEN_SIZE, &length)), ERPTOKEN_OK);
        CHECK_STATUS(erptokenw_get(handle, token, (length = 5, &length)), ERPTOKEN_E_BUFFER);
    }
    CHECK_INT(allocations - before, 0);
    CHECK_INT(number(handle, "hits") - hits, rounds * 3);
    CHECK_STATUS(erptokenw_close(handle), ERPTOKEN_OK);
}

static void text_is(const char *what, int32_t status, const erptokenw_char *got, const int32_t *length, const char *wanted)
{
    erptokenw_char expected[4096];
    CHECK_STATUS(status, ERPTOKEN_OK);
    if (widen(wanted, expected) != *length || !same_units(got, expected))
        FAIL("%s is not \"%s\"", what, wanted);
}

/* Of a body as text the units are counted, of one as bytes the bytes. */
static void requests_in_utf_16(void)
{
    static const char body[] = "{\"nome\":\"jo\xc3\xa3o \xe2\x82\xac \xf0\x9f\x98\x80\"}";
    static const erptokenw_char bad[] = { '/', 0xd83d, 0 };
    int32_t handle = new_user("pedido@empresa.com.br"), response = 0, length, units, bytes = 0, http_status = 0;
    erptokenw_char text[4096];
    char raw[4096];

    CHECK_STATUS(erptokenw_request(handle, w("POST"), w("/tms/freights"), w("X-Erp: 1"), w(body), -1, &response),
        ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_response_status(response, &http_status), ERPTOKEN_OK);
    CHECK_INT(http_status, 201);
    length = 512;
    text_is("the body", erptokenw_response_field(response, w("/text"), text, &length), text, &length, body);
    length = 512;
    text_is("the type", erptokenw_response_header(response, w("content-type"), text, &length), text, &length,
        "application/json");
    units = 0;
    CHECK_STATUS(erptokenw_response_text(response, NULL, &units), ERPTOKEN_E_BUFFER);
    CHECK_STATUS(erptokenw_response_bytes(response, NULL, &bytes), ERPTOKEN_E_BUFFER);
    CHECK(bytes > units && bytes < (int32_t)sizeof raw - 1);
    CHECK_STATUS(erptokenw_response_bytes(response, raw, &bytes), ERPTOKEN_OK);
    raw[bytes] = '\0';
    length = 4096;
    text_is("the text", erptokenw_response_text(response, text, &length), text, &length, raw);
    CHECK_INT(length, units - 1);
    length = units - 1;
    CHECK_STATUS(erptokenw_response_text(response, text, &length), ERPTOKEN_E_BUFFER);
    CHECK_INT(length, units);
    CHECK_INT(text[0], 0);
    CHECK_STATUS(erptokenw_response_field(response, bad, text, &length), ERPTOKEN_E_ENCODING);
    CHECK_STATUS(erptokenw_response_header(response, bad, text, &length), ERPTOKEN_E_ENCODING);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);

    response = -9;
    is_encoding("url", erptokenw_request(handle, w("GET"), bad, NULL, NULL, 0, &response));
    is_encoding("body", erptokenw_request(handle, w("POST"), w("/tms/freights"), NULL, bad, -1, &response));
    CHECK_STATUS(erptokenw_request(handle, NULL, w("/"), NULL, NULL, 0, &response), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokenw_request(handle, w("GET"), NULL, NULL, NULL, 0, &response), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokenw_request(handle, w("GET"), w("/"), NULL, NULL, -1, &response), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokenw_request(handle, w("GET"), w("/"), NULL, NULL, 0, NULL), ERPTOKEN_E_ARGUMENT);
    CHECK_INT(response, -9);
    CHECK_STATUS(erptokenw_close(handle), ERPTOKEN_OK);
}

/* The room for an id counts units, and is looked at before anything is sent. */
static void application_tokens_in_utf_16(void)
{
    int32_t handle = account_at("assine", "siletic225@xhyemail.com", "INFORME_SENHA"), length, response = 0, i;
    erptokenw_char id[ERPTOKEN_ID_SIZE], token[TOKEN_SIZE], expected[TOKEN_SIZE], count[8];
    char narrow_id[ERPTOKEN_ID_SIZE], narrow_token[TOKEN_SIZE];

    length = ERPTOKEN_ID_SIZE - 1;
    CHECK_STATUS(erptokenw_app_create(handle, w("30"), id, &length), ERPTOKEN_E_BUFFER);
    CHECK_INT(length, ERPTOKEN_ID_SIZE);
    CHECK_STATUS(erptokenw_app_create(handle, w("amanh\xc3\xa3"), id, &length), ERPTOKEN_E_ARGUMENT);
    CHECK_INT(sandbox_count("assine.app_create"), 0);
    CHECK_STATUS(erptokenw_app_create(handle, w("30"), id, &length), ERPTOKEN_OK);
    CHECK(length > 0 && id[length] == 0);
    for (i = 0; i <= length; i++)
        narrow_id[i] = (char)id[i];

    length = TOKEN_SIZE;
    CHECK_STATUS(erptokenw_app_get(handle, id, token, &length), ERPTOKEN_OK);
    length = TOKEN_SIZE;
    CHECK_STATUS(erptoken_app_get(handle, narrow_id, narrow_token, &length), ERPTOKEN_OK);
    widen(narrow_token, expected);
    CHECK(same_units(token, expected));
    CHECK_STATUS(erptokenw_app_list(handle, &response), ERPTOKEN_OK);
    length = 8;
    CHECK_STATUS(erptokenw_response_field(response, w("/count"), count, &length), ERPTOKEN_OK);
    CHECK(length == 1 && count[0] >= '1' && count[0] <= '9');
    CHECK_STATUS(erptokenw_close(response), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_app_revoke(handle, id), ERPTOKEN_OK);
    length = TOKEN_SIZE;
    CHECK_STATUS(erptokenw_app_get(handle, id, token, &length), ERPTOKEN_E_NOT_FOUND);
    CHECK_STATUS(erptokenw_diagnose(handle, &response), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_close(response), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_check_profile(w("assine"), &response), ERPTOKEN_OK);
    length = 8;
    CHECK_STATUS(erptokenw_response_field(response, w("/valid"), count, &length), ERPTOKEN_OK);
    CHECK(length == 4 && count[0] == 't');
    CHECK_STATUS(erptokenw_close(response), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_close(handle), ERPTOKEN_OK);
}

static int lines, lines_wrong;

static void line(int32_t level, const erptokenw_char *text, void *user_data)
{
    int32_t units = 0;
    while (text[units] != 0)
        units++;
    lines++;
    if (level < 1 || level > 4 || units < 20 || user_data != &lines)
        lines_wrong++;
    if (erptokenw_renew(1) != ERPTOKEN_E_REENTRANT)
        lines_wrong++;
}

static void the_log_in_utf_16(void)
{
    int32_t handle = new_user("di\xc3\xa1rio@empresa.com.br"), length = TOKEN_SIZE;
    erptokenw_char token[TOKEN_SIZE];
    int before;

    CHECK_STATUS(erptokenw_log(NULL, NULL, 4), ERPTOKEN_E_ARGUMENT);
    CHECK_STATUS(erptokenw_log(line, &lines, 4), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_get(handle, token, &length), ERPTOKEN_OK);
    CHECK(lines > 0);
    CHECK_INT(lines_wrong, 0);
    CHECK_STATUS(erptokenw_log(line, &lines, 0), ERPTOKEN_OK);
    before = lines;
    CHECK_STATUS(erptokenw_renew(handle), ERPTOKEN_OK);
    CHECK_STATUS(erptokenw_close(handle), ERPTOKEN_OK);
    CHECK_INT(lines, before);
}

int main(void)
{
    both_families_share_one_cache();
    a_hit_allocates_nothing();
    requests_in_utf_16();
    application_tokens_in_utf_16();
    the_log_in_utf_16();
    CHECK_STATUS(erptokenw_shutdown(), ERPTOKEN_OK);
    return 0;
}
