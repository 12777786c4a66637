/* Files in the test's own folder. */
#ifndef FOLDER_H
#define FOLDER_H

#include "sandbox.h"

#include <limits.h>

static char content[1 << 16];

static inline const char *in_folder(const char *name)
{
    static char paths[4][PATH_MAX];
    static unsigned next;
    char *place = paths[next++ % 4];
    snprintf(place, PATH_MAX, "%s/%s", environment("ERPTOKEN_FOLDER"), name);
    return place;
}

/* What a file holds, in `content`. */
static inline const char *text_of(const char *path)
{
    FILE *file = fopen(path, "r");
    size_t length = 0;
    if (file != NULL) {
        length = fread(content, 1, sizeof content - 1, file);
        fclose(file);
    }
    content[length] = '\0';
    return content;
}

#endif
