// erptoken 0.1.0 for Harbour: the numbers of ErpToken.prg. Generated from the library's source: do not edit.

// The ABI's version: major * 1000 + number of additions. Compare with erptokena_abi_version().
#define ERPTOKEN_ABI_VERSION 1001

// Capacity that holds every id of an application token, its NUL included.
#define ERPTOKEN_ID_SIZE 65

// It worked.
#define ERPTOKEN_OK 0

// An argument is NIL, negative or malformed. Not worth repeating.
#define ERPTOKEN_E_ARGUMENT -1001

// The handle is closed, was never opened, is of another kind, or of the parent process. Not worth repeating.
#define ERPTOKEN_E_HANDLE -1002

// The buffer is too small: *length says what is needed, call again. The last error is left as it is.
#define ERPTOKEN_E_BUFFER -1003

// A text is not ANSI. Not worth repeating.
#define ERPTOKEN_E_ENCODING -1004

// Called from inside the log callback. Not worth repeating.
#define ERPTOKEN_E_REENTRANT -1005

// Too many open handles, or an answer above max_response_bytes. Not worth repeating.
#define ERPTOKEN_E_LIMIT -1006

// Unknown provider, or a profile that cannot be read or is not valid. Not worth repeating.
#define ERPTOKEN_E_PROVIDER -2001

// Unknown option or field, or a bad value. Not worth repeating.
#define ERPTOKEN_E_OPTION -2002

// A required option is not set: the text names it. Not worth repeating.
#define ERPTOKEN_E_MISSING -2003

// This provider, or this build, has no such operation. Not worth repeating.
#define ERPTOKEN_E_UNSUPPORTED -2004

// Plain http without allow_http, or a host the token may not go to. Not worth repeating.
#define ERPTOKEN_E_INSECURE -2005

// The store that the program named cannot be used. Not worth repeating.
#define ERPTOKEN_E_STORE -2006

// Name, route, connection or reset, also behind a proxy that says so (502 to 504). Worth repeating.
#define ERPTOKEN_E_NETWORK -3001

// The caller's time ran out. Worth repeating.
#define ERPTOKEN_E_TIMEOUT -3002

// TLS handshake or certificate: the text names the certificate and the cause. Not worth repeating.
#define ERPTOKEN_E_TLS -3003

// The proxy refused, or wants a login (407). Not worth repeating.
#define ERPTOKEN_E_PROXY -3004

// User, password or key refused. Not worth repeating.
#define ERPTOKEN_E_CREDENTIALS -4001

// A second factor is wanted: set mfa_code and ask again. Not worth repeating.
#define ERPTOKEN_E_MFA -4002

// The provider wants the password changed first. Not worth repeating.
#define ERPTOKEN_E_PASSWORD_CHANGE -4003

// The account may not do this. Not worth repeating.
#define ERPTOKEN_E_FORBIDDEN -4004

// No such application token, header or field. Not worth repeating.
#define ERPTOKEN_E_NOT_FOUND -4005

// The provider, or this library's own lockout guard (server code "guard"), says wait. Worth repeating.
#define ERPTOKEN_E_RATE_LIMITED -4006

// The provider failed (5xx). Worth repeating.
#define ERPTOKEN_E_SERVER -4007

// The answer is not what the profile describes: HTML, no token, bad JSON. Worth repeating.
#define ERPTOKEN_E_RESPONSE -4008

// From erptokena_reject only: this token already replaced one refused less than 60 s ago. It is kept. Not worth
// repeating.
#define ERPTOKEN_E_REFUSED_AGAIN -4009

// A bug in this library, caught. Not worth repeating.
#define ERPTOKEN_E_INTERNAL -9001

