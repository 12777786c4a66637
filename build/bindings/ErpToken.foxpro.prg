* erptoken @VERSION@ for Visual FoxPro 9: declarations generated from the library's source, and below them classes whose
* methods throw errors. Not run: it was made where there is no Visual FoxPro. A test compares its declarations and its
* calls with what the library exports.
*
*   SET PROCEDURE TO ErpToken ADDITIVE
*   LOCAL loAccount, loCaught
*   TRY
*       loAccount = ErpOpen("senior")
*       loAccount.SetOption("username", "admin@empresa.com.br")
*       loAccount.SetOption("password", "senhaUsuario")
*       loHttp.setRequestHeader("Authorization", loAccount.Authorization())
*   CATCH TO loCaught
*       * What was thrown is in UserValue. A mistake of FoxPro's own has none.
*       MESSAGEBOX(IIF(VARTYPE(loCaught.UserValue) = "O", loCaught.UserValue.Message, loCaught.Message))
*   ENDTRY
*
* Put erptoken.dll for 32 bits beside the program. Ask for the token before every request instead of keeping it. Texts are
* 8-bit texts of the ANSI code page, FoxPro's own where CPCURRENT() says 1252 (CODEPAGE = 1252 in config.fpw).
* Where Windows' own code page is UTF-8, an option since Windows 10, they are UTF-8: STRCONV(text, 9) writes it, STRCONV(text,
* 11) reads it.
*
* NULL: where C may give it (a value, headers, no body, a buffer of no length) FoxPro gives "", which means the same there.
* .NULL. is never given.
* A buffer is a string as long as there is room, given by reference: REPLICATE(CHR(0), n). LEFT() cuts it afterwards.
* Callbacks: FoxPro has no function that a library could call, so erptokena_log is not declared. The option "log_file" of
* ErpConfigure writes the log.

@CONSTANTS@
* ---- The library's functions ----

* Declares them, once: CLEAR ALL and CLEAR DLLS forget them. A library that lies beside the program is found there, and by
* Windows otherwise.
FUNCTION ErpDeclare
    LOCAL lcLibrary
    LOCAL ARRAY laDeclared[1]
    IF ADLLS(laDeclared) > 0 AND ASCAN(laDeclared, "erptokena_error_retryable", -1, -1, 1, 15) > 0
        RETURN
    ENDIF
    lcLibrary = ADDBS(JUSTPATH(SYS(16, 0))) + "erptoken.dll"
    IF FILE(lcLibrary)
        * Once it is loaded its name alone stands for it.
        DECLARE INTEGER LoadLibraryA IN kernel32 STRING
        LoadLibraryA(lcLibrary)
    ENDIF

@FUNCTIONS@
    IF INT(erptokena_abi_version() / 1000) <> INT(ERPTOKEN_ABI_VERSION / 1000)
        ERROR "erptoken.dll has another interface than this program was made for"
    ENDIF
ENDFUNC

* ---- Functions without an account ----

* Opens an account: "senior", "invoisys", "assine", or the absolute path of a profile.
FUNCTION ErpOpen(tcProvider)
    LOCAL lnAccount
    ErpDeclare()
    lnAccount = 0
    ErpCheck(erptokena_open(tcProvider, @lnAccount))
    RETURN CREATEOBJECT("ErpAccount", lnAccount)
ENDFUNC

* Sets an option of the process, or the default of an account option. "" is the default.
FUNCTION ErpConfigure(tcOption, tcValue)
    ErpDeclare()
    ErpCheck(erptokena_configure(tcOption, tcValue))
ENDFUNC

* What is wrong with a profile, and what it would send: a response, with all of it in GetField("/text").
FUNCTION ErpCheckProfile(tcPath)
    LOCAL lnResponse
    ErpDeclare()
    lnResponse = 0
    ErpCheck(erptokena_check_profile(tcPath, @lnResponse))
    RETURN CREATEOBJECT("ErpResponse", lnResponse)
ENDFUNC

FUNCTION ErpVersion
    ErpDeclare()
    RETURN ErpRead("version", 0, "")
ENDFUNC

* Closes every handle and wipes every token: for the program, before it ends.
FUNCTION ErpShutdown
    ErpDeclare()
    ErpCheck(erptokena_shutdown())
ENDFUNC

* Throws unless the status is ERPTOKEN_OK. It stands around the call, so nothing comes between the two.
FUNCTION ErpCheck(tnStatus)
    LOCAL loError
    IF tnStatus <> ERPTOKEN_OK
        loError = CREATEOBJECT("ErpError", tnStatus)
        THROW loError
    ENDIF
ENDFUNC

* Reads a text of whatever length.
FUNCTION ErpRead(tcWhat, tnHandle, tcArgument)
    LOCAL lcText, lnLength, lnStatus
    lnLength = 1500 && Holds nearly every token, and every error text.
    lnStatus = ERPTOKEN_E_BUFFER
    DO WHILE lnStatus = ERPTOKEN_E_BUFFER
        lcText = REPLICATE(CHR(0), lnLength)
        DO CASE
        CASE tcWhat == "get"
            lnStatus = erptokena_get(tnHandle, @lcText, @lnLength)
        CASE tcWhat == "authorization"
            lnStatus = erptokena_authorization(tnHandle, @lcText, @lnLength)
        CASE tcWhat == "info"
            lnStatus = erptokena_info(tnHandle, tcArgument, @lcText, @lnLength)
        CASE tcWhat == "app_get"
            lnStatus = erptokena_app_get(tnHandle, tcArgument, @lcText, @lnLength)
        CASE tcWhat == "header"
            lnStatus = erptokena_response_header(tnHandle, tcArgument, @lcText, @lnLength)
        CASE tcWhat == "text"
            lnStatus = erptokena_response_text(tnHandle, @lcText, @lnLength)
        CASE tcWhat == "field"
            lnStatus = erptokena_response_field(tnHandle, tcArgument, @lcText, @lnLength)
        CASE tcWhat == "status_name"
            lnStatus = erptokena_status_name(tnHandle, @lcText, @lnLength)
        CASE tcWhat == "error_text"
            lnStatus = erptokena_error_text(@lcText, @lnLength)
        CASE tcWhat == "error_server_code"
            lnStatus = erptokena_error_server_code(@lcText, @lnLength)
        OTHERWISE
            lnStatus = erptokena_version(@lcText, @lnLength)
        ENDCASE
    ENDDO
    ErpCheck(lnStatus)
    RETURN LEFT(lcText, lnLength)
ENDFUNC

* ---- Classes ----

* What went wrong and what to do about it: Message. It is found in UserValue of what CATCH TO gives.
DEFINE CLASS ErpError AS Exception
    Status = 0        && One of ERPTOKEN_E_*.
    StatusName = ""   && "ERPTOKEN_E_NETWORK"
    ServerCode = ""   && The provider's own code, if it gave one.
    HttpStatus = 0    && 0: no answer.
    RetryAfter = 0    && Seconds.
    Retryable = .F.   && Whether the same call may succeed later with nothing changed.

    FUNCTION Init(tnStatus)
        This.Status = tnStatus
        This.Message = ErpRead("error_text", 0, "")
        This.ServerCode = ErpRead("error_server_code", 0, "")
        This.HttpStatus = erptokena_error_http_status()
        This.RetryAfter = erptokena_error_retry_after()
        This.Retryable = erptokena_error_retryable() <> 0
        This.StatusName = ErpRead("status_name", tnStatus, "")
    ENDFUNC
ENDDEFINE

* An account or a response: what is closed when the last variable that holds it is gone.
DEFINE CLASS ErpHandle AS Custom
    Handle = 0

    FUNCTION Init(tnHandle)
        This.Handle = tnHandle
    ENDFUNC

    FUNCTION Close
        LOCAL lnHandle
        lnHandle = This.Handle
        This.Handle = 0
        erptokena_close(lnHandle)
    ENDFUNC

    FUNCTION Destroy
        This.Close()
    ENDFUNC
ENDDEFINE

DEFINE CLASS ErpAccount AS ErpHandle
    * "" is the default.
    FUNCTION SetOption(tcOption, tcValue)
        IF CHR(0) $ tcValue
            ERROR "the value has a CHR(0) in it: it would end there"
        ENDIF
        ErpCheck(erptokena_set(This.Handle, tcOption, tcValue))
    ENDFUNC

    FUNCTION GetToken
        RETURN ErpRead("get", This.Handle, "")
    ENDFUNC

    * The header's value, "Bearer ...", ready to be sent.
    FUNCTION Authorization
        RETURN ErpRead("authorization", This.Handle, "")
    ENDFUNC

    FUNCTION Renew
        ErpCheck(erptokena_renew(This.Handle))
    ENDFUNC

    * An API answered 401 to this token. .F.: it replaced a refused one a moment ago and is kept: the cause is a permission.
    FUNCTION Reject(tcToken)
        LOCAL lnStatus
        lnStatus = erptokena_reject(This.Handle, tcToken)
        IF lnStatus = ERPTOKEN_E_REFUSED_AGAIN
            RETURN .F.
        ENDIF
        ErpCheck(lnStatus)
        RETURN .T.
    ENDFUNC

    FUNCTION Logout
        ErpCheck(erptokena_logout(This.Handle))
    ENDFUNC

    FUNCTION Info(tcField)
        RETURN ErpRead("info", This.Handle, tcField)
    ENDFUNC

    FUNCTION InfoInt(tcField)
        LOCAL lnValue
        lnValue = 0
        ErpCheck(erptokena_info_int(This.Handle, tcField, @lnValue))
        RETURN lnValue
    ENDFUNC

    * Sends a request with the token on it, renewed and repeated once on 401: an ErpResponse. tcHeaders: lines of
    * "Name: value". tcBody is a text, sent as UTF-8 and as JSON unless a header says otherwise. With tlBytes it is sent as
    * it is: a file, an XML in a character set of its own.
    FUNCTION Request(tcMethod, tcUrl, tcHeaders, tcBody, tlBytes)
        LOCAL lnResponse, lcHeaders, lcBody, lnLength
        lnResponse = 0
        lcHeaders = EVL(tcHeaders, "") && .F. where it is not given.
        lcBody = EVL(tcBody, "")
        lnLength = IIF(EMPTY(lcBody) OR tlBytes, LEN(lcBody), -1)
        ErpCheck(erptokena_request(This.Handle, tcMethod, tcUrl, lcHeaders, lcBody, lnLength, @lnResponse))
        RETURN CREATEOBJECT("ErpResponse", lnResponse)
    ENDFUNC

    FUNCTION AppAllowed
        LOCAL lnAllowed
        lnAllowed = 0
        ErpCheck(erptokena_app_check(This.Handle, @lnAllowed))
        RETURN lnAllowed <> 0
    ENDFUNC

    * Creates an application token: its id. tcExpires: days ("365"), or an instant with its zone. Once, with room for every
    * id: a creation is never repeated blindly.
    FUNCTION AppCreate(tcExpires)
        LOCAL lcId, lnLength
        lnLength = ERPTOKEN_ID_SIZE
        lcId = REPLICATE(CHR(0), lnLength)
        ErpCheck(erptokena_app_create(This.Handle, tcExpires, @lcId, @lnLength))
        RETURN LEFT(lcId, lnLength)
    ENDFUNC

    FUNCTION AppGet(tcId)
        RETURN ErpRead("app_get", This.Handle, tcId)
    ENDFUNC

    * An ErpResponse with GetField("/count"), GetField("/tokens/0/id").
    FUNCTION AppList
        LOCAL lnResponse
        lnResponse = 0
        ErpCheck(erptokena_app_list(This.Handle, @lnResponse))
        RETURN CREATEOBJECT("ErpResponse", lnResponse)
    ENDFUNC

    FUNCTION AppRevoke(tcId)
        ErpCheck(erptokena_app_revoke(This.Handle, tcId))
    ENDFUNC

    * A report for support, without secrets: an ErpResponse with GetField("/text").
    FUNCTION Diagnose
        LOCAL lnResponse
        lnResponse = 0
        ErpCheck(erptokena_diagnose(This.Handle, @lnResponse))
        RETURN CREATEOBJECT("ErpResponse", lnResponse)
    ENDFUNC
ENDDEFINE

DEFINE CLASS ErpResponse AS ErpHandle
    FUNCTION HttpStatus
        LOCAL lnStatus
        lnStatus = 0
        ErpCheck(erptokena_response_status(This.Handle, @lnStatus))
        RETURN lnStatus
    ENDFUNC

    FUNCTION GetHeader(tcName)
        RETURN ErpRead("header", This.Handle, tcName)
    ENDFUNC

    FUNCTION GetText
        RETURN ErpRead("text", This.Handle, "")
    ENDFUNC

    * A value of a JSON body: "/items/0/id".
    FUNCTION GetField(tcPath)
        RETURN ErpRead("field", This.Handle, tcPath)
    ENDFUNC

    * The body as it came.
    FUNCTION GetBytes
        LOCAL lcBytes, lnLength, lnStatus
        lnLength = 0
        lcBytes = ""
        lnStatus = erptokena_response_bytes(This.Handle, @lcBytes, @lnLength)
        IF lnStatus = ERPTOKEN_E_BUFFER
            lcBytes = REPLICATE(CHR(0), lnLength)
            lnStatus = erptokena_response_bytes(This.Handle, @lcBytes, @lnLength)
        ENDIF
        ErpCheck(lnStatus)
        RETURN LEFT(lcBytes, lnLength)
    ENDFUNC
ENDDEFINE
