/* All families in one program: the same library answers, whichever import library it was linked with. */
#include "erptoken.h"
#include "erptokena.h"
#include "erptokenw.h"

int main(void)
{
    char text[16], ansi[16];
    erptokenw_char wide[16];
    int32_t length = 16, units = 16, bytes = 16, i;

    if (erptoken_version(text, &length) != ERPTOKEN_OK || erptokenw_version(wide, &units) != ERPTOKEN_OK ||
        erptokena_version(ansi, &bytes) != ERPTOKEN_OK)
        return 1;
    for (i = 0; i <= length; i++)
        if ((erptokenw_char)text[i] != wide[i] || text[i] != ansi[i])
            return 2;
    return length == units && length == bytes ? 0 : 3;
}
