/* UTF-16 in the test's own words, so that the library is not asked about itself. */
#ifndef UTF16_H
#define UTF16_H

#include "account.h"
#include "erptokenw.h"

/* UTF-8 as UTF-16 with its NUL; how many units that are without it. */
static inline int32_t widen(const char *utf8, erptokenw_char *out)
{
    const unsigned char *at = (const unsigned char *)utf8;
    int32_t count = 0;

    while (*at != '\0') {
        int more = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : *at >= 0xc0 ? 1 : 0;
        uint32_t value = more == 0 ? *at : *at & (0x3fu >> more);
        for (at++; more > 0; more--)
            value = value << 6 | (*at++ & 0x3fu);
        if (value > 0xffff) {
            out[count++] = (erptokenw_char)(0xd800 + ((value - 0x10000) >> 10));
            value = 0xdc00 + ((value - 0x10000) & 0x3ff);
        }
        out[count++] = (erptokenw_char)value;
    }
    out[count] = 0;
    return count;
}

/* A text for one call: eight live at once, on each thread. */
static inline const erptokenw_char *w(const char *utf8)
{
    static __thread erptokenw_char texts[8][512];
    static __thread unsigned next;
    erptokenw_char *text = texts[next++ % 8];
    CHECK(strlen(utf8) < 512);
    widen(utf8, text);
    return text;
}

static inline int same_units(const erptokenw_char *one, const erptokenw_char *other)
{
    while (*one == *other && *one != 0)
        one++, other++;
    return *one == *other;
}

static inline void is_encoding(const char *name, int32_t status)
{
    if (status != ERPTOKEN_E_ENCODING)
        FAIL("%s answered %s: %s", name, name_of(status), last_text());
    CHECK_HAS(last_text(), name);
    CHECK_HAS(last_text(), "UTF-16");
}

#endif
