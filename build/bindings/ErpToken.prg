// erptoken @VERSION@ for Harbour 3.2 and newer: declarations generated from the library's source, and below them classes that
// raise errors. Add this file and ErpToken.ch to the program: hbmk2 program.prg ErpToken.prg
//
//    LOCAL oAccount := TErpAccount():New( "senior" )
//
//    oAccount:Set( "username", "admin@empresa.com.br" )
//    oAccount:Set( "password", "senhaUsuario" )
//    cHeader := "Authorization: " + oAccount:Authorization()
//    oAccount:Close()
//
// The library is taken from where ErpTokenLibrary( cFile ) says, else from beside the program, else from the system's search
// path; erptoken.dll must be of the program's own kind (32 or 64 bits). Ask for the token before every request instead of
// keeping it. Any thread may use any object. The last error belongs to a thread: each method is one step on one thread.
//
// Texts are 8-bit: on Windows in the code page of the system (1252 in Brazil), elsewhere in Windows-1252. A program with
// another code page translates them (hb_Translate), or its accents are other letters.
//
// An error is the usual object: BEGIN SEQUENCE WITH { | oError | Break( oError ) } ... RECOVER USING oError. Its subSystem is
// "ERPTOKEN", its subCode one of ERPTOKEN_E_*, its description says what to do, and its cargo has the members "server_code",
// "http_status" (0: no answer came), "retry_after" (seconds) and "retryable" (the same call may succeed later with nothing
// changed, and can do no harm).
//
// Every number is typed: without types an error would arrive as 4294966294 on 64 bits and pass for a success. There is no
// method for the log's callback, which hb_DynCall cannot give: ErpConfigure( "log_file", ... ) has the log.
//
// Run by hand on Harbour 3.2.1dev (commit 6df4c08 of 2026-07-07, built with gcc 12), Linux x86-64: the whole of
// tests/languages/calls.prg, with threads (hbmk2 -mt -gtstd -w3 -es2). The project's tests run it again wherever hbmk2 is
// installed, and compare the declarations with the header where it is not. Not run: Windows, 32 bits. xHarbour has no
// hb_DynCall: this file is not for it.

#include "error.ch"
#include "hbclass.ch"
#include "hbdyn.ch"
#include "ErpToken.ch"

// The functions of the library are stdcall in 32-bit Windows; on 64 bits there is one kind, and the mark means nothing.
#ifdef __PLATFORM__WINDOWS
   #define STATUS hb_bitOr( HB_DYN_CALLCONV_STDCALL, HB_DYN_CTYPE_INT )
#else
   #define STATUS hb_bitOr( HB_DYN_CALLCONV_CDECL, HB_DYN_CTYPE_INT )
#endif
#define NUMBER HB_DYN_CTYPE_INT
#define TEXT   HB_DYN_CTYPE_CHAR_PTR

STATIC s_cFile
STATIC s_pLibrary

// The functions of the library, as they are. Numbers and buffers that come back are given by @; a buffer is a string of its
// capacity: cText := Space( 1500 ), nLength := 1500, erptokena_get( nAccount, @cText, @nLength ). NIL for a text is "".

@FUNCTIONS@
// ---- What raises ----

// Names the library's file. Before the first call of anything else; without it the library is looked for.
FUNCTION ErpTokenLibrary( cFile )

   IF s_pLibrary != NIL
      Raise( ERPTOKEN_E_ARGUMENT, "erptoken is loaded already" )
   ENDIF
   s_cFile := cFile

   RETURN NIL

STATIC FUNCTION Library()

   LOCAL aNames, cName, pLibrary := s_pLibrary

   IF pLibrary == NIL
#ifdef __PLATFORM__WINDOWS
      aNames := { hb_DirBase() + "erptoken.dll", "erptoken.dll" }
#else
      aNames := { hb_DirBase() + "liberptoken.so.1", hb_DirBase() + "liberptoken.so", "liberptoken.so.1", "liberptoken.so" }
#endif
      FOR EACH cName IN iif( s_cFile == NIL, aNames, { s_cFile } )
         IF ( pLibrary := hb_libLoad( cName ) ) != NIL
            s_pLibrary := pLibrary
            RETURN pLibrary
         ENDIF
      NEXT
      Raise( ERPTOKEN_E_INTERNAL, "erptoken cannot be loaded: " + hb_libError() )
   ENDIF

   RETURN pLibrary

STATIC PROCEDURE Raise( nStatus, cText, hCargo )

   LOCAL oError := ErrorNew()

   oError:severity := ES_ERROR
   oError:subSystem := "ERPTOKEN"
   oError:subCode := nStatus
   oError:description := cText
   oError:operation := ProcName( 2 )
   oError:cargo := hCargo
   Eval( ErrorBlock(), oError )
   Break( oError ) // Whatever the program's block answers: there is no value to go on with.

// The error is this thread's until its next failing call. None of these calls touches it.
STATIC PROCEDURE Check( nStatus )

   LOCAL cText, cCode

   IF nStatus != ERPTOKEN_OK
      Read( {| cBuffer, nLength | erptokena_error_text( @cBuffer, @nLength ) }, @cText )
      Read( {| cBuffer, nLength | erptokena_error_server_code( @cBuffer, @nLength ) }, @cCode )
      Raise( nStatus, cText, { "server_code" => cCode, "http_status" => erptokena_error_http_status(), ;
         "retry_after" => erptokena_error_retry_after(), "retryable" => erptokena_error_retryable() != 0 } )
   ENDIF

   RETURN

// What a function writes into a buffer, as long as it asks for a larger one.
STATIC FUNCTION Read( bCall, cText )

   LOCAL nStatus := ERPTOKEN_E_BUFFER, cBuffer
   LOCAL nLength := 1500 // Holds nearly every token, and every error text.

   DO WHILE nStatus == ERPTOKEN_E_BUFFER
      cBuffer := Space( nLength )
      nStatus := Eval( bCall, @cBuffer, @nLength )
   ENDDO
   cText := iif( nStatus == ERPTOKEN_OK, Left( cBuffer, nLength ), "" )

   RETURN nStatus

STATIC FUNCTION TextOf( bCall )

   LOCAL cText

   Check( Read( bCall, @cText ) )

   RETURN cText

STATIC FUNCTION NumberOf( bCall )

   LOCAL nValue := 0

   Check( Eval( bCall, @nValue ) )

   RETURN nValue

// What is not there is NIL.
STATIC FUNCTION Find( bCall )

   LOCAL cText, nStatus := Read( bCall, @cText )

   IF nStatus == ERPTOKEN_E_NOT_FOUND
      RETURN NIL
   ENDIF
   Check( nStatus )

   RETURN cText

// ---- An account at "senior", "invoisys", "assine", or the absolute path of a profile ----

CREATE CLASS TErpAccount

   VAR nHandle INIT 0 READONLY // For the functions of the library.

   METHOD New( cProvider )
   METHOD Set( cOption, cValue )     // An option; "" is the default.
   METHOD Get()                      // The access token: at once from memory, else by a login or a refresh.
   METHOD Authorization()            // The header's value, "Bearer ...", ready to be sent.
   METHOD Renew()                    // Gets a newer token now.
   METHOD Reject( cToken )           // An API answered 401. .F.: it replaced a refused one a moment ago; a permission lacks.
   METHOD Logout()                   // Revokes the token at the provider, then forgets it.
   METHOD Info( cField )             // "state", "expires_at", "source", ...
   METHOD InfoInt( cField )          // "expires_in", "logins", ...
   METHOD AppAllowed()               // Whether this account may create application tokens.
   METHOD AppCreate( cExpires )      // Its id. Days ("365"), or an instant in RFC 3339 with its zone.
   METHOD AppGet( cId )
   METHOD AppList()                  // TErpResponse, JSON.
   METHOD AppRevoke( cId )
   // With the token on it, renewed and repeated once on 401. The URL is absolute, or begins with "/" and is appended to the
   // environment's API address. Headers: lines of "Name: value". The body is text, sent as UTF-8, as JSON unless a header
   // says otherwise; lBytes: bytes as they are. Returns TErpResponse.
   METHOD Request( cMethod, cUrl, cHeaders, cBody, lBytes )
   METHOD Diagnose()                 // TErpResponse: a report for support, without secrets.
   METHOD Close()                    // May be called twice.

   DESTRUCTOR Forget()

ENDCLASS

METHOD New( cProvider ) CLASS TErpAccount

   LOCAL nVersion := erptokena_abi_version()

   IF Int( nVersion / 1000 ) != Int( ERPTOKEN_ABI_VERSION / 1000 ) .OR. nVersion < ERPTOKEN_ABI_VERSION
      Raise( ERPTOKEN_E_INTERNAL, "erptoken has another interface (" + hb_ntos( nVersion ) + ") than this program" )
   ENDIF
   ::nHandle := NumberOf( {| nAccount | erptokena_open( cProvider, @nAccount ) } )

   RETURN Self

METHOD Set( cOption, cValue ) CLASS TErpAccount

   IF Chr( 0 ) $ hb_defaultValue( cValue, "" )
      Raise( ERPTOKEN_E_ENCODING, "the value has a Chr( 0 ) in it: it would end there" )
   ENDIF
   Check( erptokena_set( ::nHandle, cOption, cValue ) )

   RETURN Self

METHOD Get() CLASS TErpAccount
   RETURN TextOf( {| cBuffer, nLength | erptokena_get( ::nHandle, @cBuffer, @nLength ) } )

METHOD Authorization() CLASS TErpAccount
   RETURN TextOf( {| cBuffer, nLength | erptokena_authorization( ::nHandle, @cBuffer, @nLength ) } )

METHOD Renew() CLASS TErpAccount

   Check( erptokena_renew( ::nHandle ) )

   RETURN Self

METHOD Reject( cToken ) CLASS TErpAccount

   LOCAL nStatus := erptokena_reject( ::nHandle, cToken )

   IF nStatus == ERPTOKEN_E_REFUSED_AGAIN
      RETURN .F.
   ENDIF
   Check( nStatus )

   RETURN .T.

METHOD Logout() CLASS TErpAccount

   Check( erptokena_logout( ::nHandle ) )

   RETURN Self

METHOD Info( cField ) CLASS TErpAccount
   RETURN TextOf( {| cBuffer, nLength | erptokena_info( ::nHandle, cField, @cBuffer, @nLength ) } )

METHOD InfoInt( cField ) CLASS TErpAccount
   RETURN NumberOf( {| nValue | erptokena_info_int( ::nHandle, cField, @nValue ) } )

METHOD AppAllowed() CLASS TErpAccount
   RETURN NumberOf( {| nAllowed | erptokena_app_check( ::nHandle, @nAllowed ) } ) != 0

METHOD AppCreate( cExpires ) CLASS TErpAccount

   // Once, with room for every id: a creation is never repeated blindly.
   LOCAL cId := Space( ERPTOKEN_ID_SIZE ), nLength := ERPTOKEN_ID_SIZE

   Check( erptokena_app_create( ::nHandle, cExpires, @cId, @nLength ) )

   RETURN Left( cId, nLength )

METHOD AppGet( cId ) CLASS TErpAccount
   RETURN TextOf( {| cBuffer, nLength | erptokena_app_get( ::nHandle, cId, @cBuffer, @nLength ) } )

METHOD AppList() CLASS TErpAccount
   RETURN TErpResponse():New( NumberOf( {| nResponse | erptokena_app_list( ::nHandle, @nResponse ) } ) )

METHOD AppRevoke( cId ) CLASS TErpAccount

   Check( erptokena_app_revoke( ::nHandle, cId ) )

   RETURN Self

METHOD Request( cMethod, cUrl, cHeaders, cBody, lBytes ) CLASS TErpAccount

   LOCAL nLength := iif( Empty( Len( hb_defaultValue( cBody, "" ) ) ), 0, iif( hb_defaultValue( lBytes, .F. ), Len( cBody ), -1 ) )

   RETURN TErpResponse():New( NumberOf( {| nResponse | ;
      erptokena_request( ::nHandle, cMethod, cUrl, cHeaders, cBody, nLength, @nResponse ) } ) )

METHOD Diagnose() CLASS TErpAccount
   RETURN TErpResponse():New( NumberOf( {| nResponse | erptokena_diagnose( ::nHandle, @nResponse ) } ) )

METHOD Close() CLASS TErpAccount
   RETURN Closed( @::nHandle )

METHOD PROCEDURE Forget() CLASS TErpAccount

   Closed( @::nHandle )

   RETURN

// ---- An answer to a request, whatever its HTTP status ----

CREATE CLASS TErpResponse

   VAR nHandle INIT 0 READONLY

   METHOD New( nHandle )
   METHOD Status()
   METHOD Text()             // The body as text, from the character set that it declares.
   METHOD Bytes()            // The body as it came.
   METHOD Header( cName )    // NIL if there is none.
   METHOD Field( cPath )     // A value of a JSON body ("/items/0/id"); NIL if there is none.
   METHOD Close()            // May be called twice.

   DESTRUCTOR Forget()

ENDCLASS

METHOD New( nHandle ) CLASS TErpResponse

   ::nHandle := nHandle

   RETURN Self

METHOD Status() CLASS TErpResponse
   RETURN NumberOf( {| nStatus | erptokena_response_status( ::nHandle, @nStatus ) } )

METHOD Text() CLASS TErpResponse
   RETURN TextOf( {| cBuffer, nLength | erptokena_response_text( ::nHandle, @cBuffer, @nLength ) } )

METHOD Bytes() CLASS TErpResponse
   RETURN TextOf( {| cBuffer, nLength | erptokena_response_bytes( ::nHandle, @cBuffer, @nLength ) } )

METHOD Header( cName ) CLASS TErpResponse
   RETURN Find( {| cBuffer, nLength | erptokena_response_header( ::nHandle, cName, @cBuffer, @nLength ) } )

METHOD Field( cPath ) CLASS TErpResponse
   RETURN Find( {| cBuffer, nLength | erptokena_response_field( ::nHandle, cPath, @cBuffer, @nLength ) } )

METHOD Close() CLASS TErpResponse
   RETURN Closed( @::nHandle )

METHOD PROCEDURE Forget() CLASS TErpResponse

   Closed( @::nHandle )

   RETURN

// What is closed is refused by the library, and means nothing else; what a shutdown closed before is refused too.
STATIC FUNCTION Closed( nHandle )

   LOCAL nOpen := nHandle

   nHandle := 0
   IF nOpen != 0
      erptokena_close( nOpen )
   ENDIF

   RETURN NIL

// ---- The whole process ----

FUNCTION ErpVersion()
   RETURN TextOf( {| cBuffer, nLength | erptokena_version( @cBuffer, @nLength ) } )

// Sets an option of the process, or the default of an account option.
FUNCTION ErpConfigure( cOption, cValue )

   Check( erptokena_configure( cOption, cValue ) )

   RETURN NIL

// What is wrong with a profile, and what it would send; nothing is sent.
FUNCTION ErpCheckProfile( cPath )
   RETURN TErpResponse():New( NumberOf( {| nResponse | erptokena_check_profile( cPath, @nResponse ) } ) )

// Closes every handle and wipes every token: for the program, not for a plugin.
FUNCTION ErpShutdown()

   Check( erptokena_shutdown() )

   RETURN NIL
