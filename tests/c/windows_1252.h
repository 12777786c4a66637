/* Windows-1252 in the test's own words, so that the library is not asked about itself. */
#ifndef WINDOWS_1252_H
#define WINDOWS_1252_H

#include "account.h"
#include "erptokena.h"

/* What the bytes from 0x80 to 0x9f are in Unicode; 0: nothing. The others are the characters of the same numbers. */
static const uint32_t high[32] = { 0x20ac, 0, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039,
    0x152, 0, 0x17d, 0, 0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0,
    0x17e, 0x178 };

static inline uint32_t character_of(unsigned char byte)
{
    return byte >= 0x80 && byte < 0xa0 ? high[byte - 0x80] : byte;
}

/* UTF-8 as Windows-1252 with its NUL, a question mark for what it has not; how many bytes that are without the NUL. */
static inline int32_t narrowed(const char *utf8, char *out)
{
    const unsigned char *at = (const unsigned char *)utf8;
    int32_t count = 0;

    while (*at != '\0') {
        int more = *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : *at >= 0xc0 ? 1 : 0, byte;
        uint32_t value = more == 0 ? *at : *at & (0x3fu >> more);
        for (at++; more > 0; more--)
            value = value << 6 | (*at++ & 0x3fu);
        for (byte = 1; byte < 256 && character_of((unsigned char)byte) != value; byte++)
            ;
        out[count++] = byte < 256 ? (char)byte : '?';
    }
    out[count] = '\0';
    return count;
}

/* A text for one call: eight live at once, on each thread. */
static inline const char *a(const char *utf8)
{
    static __thread char texts[8][512];
    static __thread unsigned next;
    char *text = texts[next++ % 8];
    CHECK(strlen(utf8) < 512);
    narrowed(utf8, text);
    return text;
}

static inline void is_encoding(const char *name, int position, int32_t status)
{
    char place[32];
    if (status != ERPTOKEN_E_ENCODING)
        FAIL("%s answered %s: %s", name, name_of(status), last_text());
    snprintf(place, sizeof place, "byte %d ", position);
    CHECK_HAS(last_text(), name);
    CHECK_HAS(last_text(), place);
    CHECK_HAS(last_text(), "erptoken_");
    CHECK_HAS(last_text(), "erptokenw_");
}

#endif
