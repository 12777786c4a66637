/* Both families in one program: the same library answers, whichever import library it was linked with. */
#include "erptoken.h"
#include "erptokenw.h"

int main(void)
{
    char text[16];
    erptokenw_char wide[16];
    int32_t length = 16, units = 16, i;

    if (erptoken_version(text, &length) != ERPTOKEN_OK || erptokenw_version(wide, &units) != ERPTOKEN_OK)
        return 1;
    for (i = 0; i <= length; i++)
        if ((erptokenw_char)text[i] != wide[i])
            return 2;
    return length == units ? 0 : 3;
}
