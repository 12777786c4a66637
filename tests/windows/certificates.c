/* Client certificates on Windows: of a file, which the library reads by itself, and of the user's personal store.
 *
 * Wine has no keys of CNG behind its certificates: that one signs can only be seen on Windows. run.sh makes the files. */
#include "account.h"
#include <windows.h>
#include <wincrypt.h>

static BYTE content[8192];

static DWORD bytes_of(const char *name)
{
    FILE *file = fopen(name, "rb");
    size_t length;
    CHECK(file != NULL);
    length = fread(content, 1, sizeof content, file);
    fclose(file);
    return (DWORD)length;
}

static const char *path_of(const char *name)
{
    static char path[1024];
    snprintf(path, sizeof path, "%s\\%s", environment("ERPTOKEN_FOLDER"), name);
    return path;
}

static void check_subject(int32_t account, const char *kind)
{
    char text[256];
    int32_t response = 0, length = sizeof text;
    CHECK_STATUS(erptoken_diagnose(account, &response), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_response_field(response, "/client_certificate/subject", text, &length), ERPTOKEN_OK);
    CHECK_TEXT(text, "CN=Empresa:12345678000195");
    length = sizeof text;
    CHECK_STATUS(erptoken_response_field(response, "/client_certificate/kind", text, &length), ERPTOKEN_OK);
    CHECK_TEXT(text, kind);
    CHECK_STATUS(erptoken_close(response), ERPTOKEN_OK);
}

static void of_a_file(void)
{
    char token[TOKEN_SIZE];
    int32_t own = account();
    CHECK_STATUS(erptoken_set(own, "client_certificate", path_of("empresa.pfx")), ERPTOKEN_OK);
    CHECK_STATUS(erptoken_set(own, "client_certificate_password", "outra"), ERPTOKEN_E_OPTION);
    CHECK_HAS(last_text(), "password is wrong");
    CHECK_STATUS(get(own, token), ERPTOKEN_E_OPTION);
    CHECK_STATUS(erptoken_set(own, "client_certificate_password", "S3nha"), ERPTOKEN_OK);
    CHECK_STATUS(get(own, token), ERPTOKEN_OK);
    check_subject(own, "PKCS#12");
    CHECK_STATUS(erptoken_close(own), ERPTOKEN_OK);
}

/* The option's value for that certificate: as people copy it, with spaces. */
static void thumbprint(PCCERT_CONTEXT certificate, char *option)
{
    BYTE hash[20];
    DWORD size = sizeof hash, i;
    CHECK(CertGetCertificateContextProperty(certificate, CERT_SHA1_HASH_PROP_ID, hash, &size));
    option += sprintf(option, "store:");
    for (i = 0; i < size; i++)
        option += sprintf(option, " %02X", hash[i]);
}

static HCERTSTORE personal(void)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, L"MY");
    CHECK(store != NULL);
    return store;
}

/* Wine writes what is added when the store is closed. */
static void add(PCCERT_CONTEXT certificate)
{
    HCERTSTORE store = personal();
    CHECK(CertAddCertificateContextToStore(store, certificate, CERT_STORE_ADD_REPLACE_EXISTING, NULL));
    CHECK(CertCloseStore(store, 0));
}

static void take_away(PCCERT_CONTEXT certificate)
{
    HCERTSTORE store = personal();
    PCCERT_CONTEXT kept = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_EXISTING, certificate, NULL);
    CHECK(kept != NULL && CertDeleteCertificateFromStore(kept));
    CHECK(CertCloseStore(store, 0));
}

static void of_the_store(void)
{
    PCCERT_CONTEXT certificate;
    char option[128], token[TOKEN_SIZE];
    int32_t own = account();
    DWORD length = bytes_of("empresa.der");

    CHECK_STATUS(erptoken_set(own, "client_certificate", "store:"), ERPTOKEN_E_OPTION);
    CHECK_HAS(last_text(), "40 hexadecimal digits");
    CHECK_STATUS(erptoken_set(own, "client_certificate", "store:0123456789abcdef0123456789abcdef01234567"), ERPTOKEN_E_OPTION);
    CHECK_HAS(last_text(), "no certificate with the thumbprint 0123456789abcdef0123456789abcdef01234567");
    certificate = CertCreateCertificateContext(X509_ASN_ENCODING, content, length);
    CHECK(certificate != NULL);
    add(certificate);
    thumbprint(certificate, option);
    CHECK_STATUS(erptoken_set(own, "client_certificate", option), ERPTOKEN_E_OPTION);
    CHECK_HAS(last_text(), "does not give the private key");
    CHECK_HAS(last_text(), "CN=Empresa:12345678000195");
    /* What was refused was not set. */
    CHECK_STATUS(get(own, token), ERPTOKEN_OK);

    take_away(certificate);
    CertFreeCertificateContext(certificate);
    CHECK_STATUS(erptoken_close(own), ERPTOKEN_OK);
}

/* With its key, as a person installs a .pfx: Windows keeps it where CNG signs with it. */
static void with_a_key_of_the_systems(void)
{
    HCERTSTORE imported;
    CRYPT_DATA_BLOB file;
    PCCERT_CONTEXT certificate;
    char option[128];
    int32_t own = account();

    file.cbData = bytes_of("empresa.pfx");
    file.pbData = content;
    imported = PFXImportCertStore(&file, L"S3nha", CRYPT_USER_KEYSET | 0x200 /* PKCS12_ALWAYS_CNG_KSP */);
    certificate = imported == NULL ? NULL : CertEnumCertificatesInStore(imported, NULL);
    if (certificate != NULL) {
        add(certificate);
        thumbprint(certificate, option);
        if (erptoken_set(own, "client_certificate", option) == ERPTOKEN_OK)
            check_subject(own, "Windows, MY");
        else
            CHECK_HAS(last_text(), "does not give the private key");
        take_away(certificate);
        CertFreeCertificateContext(certificate);
    }
    if (imported != NULL)
        CertCloseStore(imported, 0);
    CHECK_STATUS(erptoken_close(own), ERPTOKEN_OK);
}

int main(void)
{
    of_a_file();
    of_the_store();
    with_a_key_of_the_systems();
    return 0;
}
