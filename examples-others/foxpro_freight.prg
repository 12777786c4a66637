* A freight list in Visual FoxPro 9, with include\foxpro\ErpToken.prg and erptoken.dll (32 bits) beside this file. Not run:
* it was made where there is no Visual FoxPro. Put your own user and password in.
SET PROCEDURE TO ErpToken ADDITIVE
LOCAL loAccount, loResponse, loCaught, loError, lnItem, lcCity
TRY
    ErpConfigure("language", "pt")
    loAccount = ErpOpen("senior")
    loAccount.SetOption("username", "admin@empresa.com.br")
    loAccount.SetOption("password", "senhaUsuario")
    * An address that begins with "/" is appended to the environment's own.
    loResponse = loAccount.Request("GET", "/tms/freights")
    ? "HTTP", loResponse.HttpStatus()
    lnItem = 0
    DO WHILE lnItem >= 0
        TRY
            ? loResponse.GetField("/freights/" + TRANSFORM(lnItem) + "/city")
            lnItem = lnItem + 1
        CATCH TO loCaught WHEN VARTYPE(loCaught.UserValue) = "O" AND loCaught.UserValue.StatusName = "ERPTOKEN_E_NOT_FOUND"
            lnItem = -1 && The list has ended.
        ENDTRY
    ENDDO
CATCH TO loCaught
    IF VARTYPE(loCaught.UserValue) = "O"
        loError = loCaught.UserValue
        MESSAGEBOX(loError.Message + IIF(loError.Retryable, CHR(13) + "Tente de novo.", ""), 48, loError.StatusName)
    ELSE
        MESSAGEBOX(loCaught.Message)
    ENDIF
ENDTRY
