/* The compiled DLL for AdvPL, loaded by name and called as SmartClient does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

typedef int (*run_dll)(int operation, char *input, int input_size, char *output, int output_size);

int main(void)
{
    HMODULE dll = LoadLibraryA("erptoken_advpl.dll");
    run_dll run = dll == NULL ? NULL : (run_dll)(void (*)(void))GetProcAddress(dll, "ExecInClientDLL");
    char input[512], output[8192] = "";

    if (run == NULL)
        return 1;
    snprintf(input, sizeof input, "senior\nusername=admin@empresa.com.br\npassword=senhaUsuario\nbase_url=%s\n",
             getenv("ERPTOKEN_SANDBOX_SENIOR"));
    if (run(1, input, (int)strlen(input), output, (int)sizeof output) != 0) {
        fprintf(stderr, "%s\n", output);
        return 2;
    }
    printf("a token of %d characters\n", (int)strlen(output));
    return output[0] == '\0' ? 3 : 0;
}
