// What a host in Harbour may do to the library. Silent when all is well.

#include "ErpToken.ch"

STATIC s_cAccented

PROCEDURE Main( cLibrary )

   LOCAL oAccount, oSame, cToken, nRound

   s_cAccented := "jos" + Chr( 233 ) + " " + Chr( 128 ) // The euro sign, of Windows-1252 alone.
   IF ! Empty( cLibrary )
      ErpTokenLibrary( cLibrary )
   ENDIF
   oAccount := Opened( "admin@empresa.com.br", "senhaUsuario" )
   oAccount:Renew()
   cToken := oAccount:Get()
   Check( Len( cToken ) == 32 .AND. oAccount:Authorization() == "Bearer " + cToken, "the token" )
   ShortBuffers( oAccount )
   Requests( oAccount )
   oSame := Opened( "admin@empresa.com.br", "senhaUsuario" )
   Check( oSame:Get() == cToken .AND. oSame:InfoInt( "logins" ) == 1, "one login for both" )
   oSame:Set( "username", s_cAccented )
   Check( oSame:Info( "username" ) == s_cAccented, "accents" )
   oSame:Set( "username", "" )
   Check( oSame:Info( "username" ) == "", "back to the default" )
   Failures()
   Threads( oAccount )
   FOR nRound := 1 TO 10000 // Nobody closes them: they are, before there are too many.
      TErpAccount():New( "senior" )
   NEXT
   Check( oAccount:Reject( oAccount:Get() ) .AND. oAccount:Get() != cToken, "a refused token" )
   Check( ! oAccount:Reject( oAccount:Get() ), "a token that replaced a refused one" )
   Check( ErpCheckProfile( "senior" ):Field( "/valid" ) == "true", "a profile" )
   Check( ! Empty( oAccount:Diagnose():Field( "/text" ) ), "the report" )
   oAccount:Logout()
   Check( ! Empty( ErpVersion() ), "the version" )
   ErpShutdown()

   RETURN

STATIC PROCEDURE Check( lCondition, cWhat )

   IF ! lCondition
      OutStd( "failed: " + cWhat + hb_eol() )
      ErrorLevel( 1 )
      QUIT
   ENDIF

   RETURN

STATIC FUNCTION Fails( bCall )

   LOCAL oError

   BEGIN SEQUENCE WITH {| oRaised | Break( oRaised ) }
      Eval( bCall )
   RECOVER USING oError
      Check( oError:subSystem == "ERPTOKEN", "another error: " + hb_CStr( oError:description ) )
      RETURN oError
   END SEQUENCE
   Check( .F., "no error" )

   RETURN NIL

STATIC FUNCTION Opened( cUser, cPassword )

   LOCAL oAccount := TErpAccount():New( "senior" )

   oAccount:Set( "username", cUser ):Set( "password", cPassword )
   oAccount:Set( "base_url", GetEnv( "ERPTOKEN_SANDBOX_SENIOR" ) )

   RETURN oAccount

STATIC PROCEDURE ShortBuffers( oAccount )

   LOCAL nNeeded := 0, nCapacity, nLength, cBuffer, nStatus, lFits

   Check( erptokena_get( oAccount:nHandle, NIL, @nNeeded ) == ERPTOKEN_E_BUFFER .AND. nNeeded == 33, "asking for the size" )
   FOR nCapacity := 0 TO nNeeded + 1
      cBuffer := Replicate( Chr( 165 ), nNeeded + 8 )
      nLength := nCapacity
      nStatus := erptokena_get( oAccount:nHandle, @cBuffer, @nLength )
      lFits := nCapacity >= nNeeded
      Check( nStatus == iif( lFits, ERPTOKEN_OK, ERPTOKEN_E_BUFFER ), "the status with " + hb_ntos( nCapacity ) )
      Check( nLength == iif( lFits, nNeeded - 1, nNeeded ), "the length with " + hb_ntos( nCapacity ) )
      Check( Right( cBuffer, nNeeded + 8 - Min( nCapacity, nNeeded ) ) == ;
         Replicate( Chr( 165 ), nNeeded + 8 - Min( nCapacity, nNeeded ) ), "a byte beyond the buffer" )
   NEXT

   RETURN

STATIC PROCEDURE Failures()

   LOCAL oAccount := Opened( "ninguem@empresa.com.br", "errada" )
   LOCAL oError := Fails( {|| oAccount:Get() } ), nHandle := oAccount:nHandle

   Check( oError:subCode == ERPTOKEN_E_CREDENTIALS .AND. oError:subCode < 0, "the status: " + oError:description )
   Check( oError:cargo[ "http_status" ] == 401 .AND. ! Empty( oError:cargo[ "server_code" ] ), "what a failure tells" )
   Check( oError:cargo[ "retry_after" ] > 0 .AND. ! oError:cargo[ "retryable" ], "when to try again" )
   ErpConfigure( "language", "pt" )
   oError := Fails( {|| oAccount:Request( "GET", "https://example.com/" ) } )
   Check( Chr( 227 ) $ oError:description .AND. ! Chr( 195 ) $ oError:description, "an accent of a text: " + oError:description )
   ErpConfigure( "language", "en" )
   oAccount:Close()
   oAccount:Close()
   Check( Fails( {|| oAccount:Get() } ):subCode == ERPTOKEN_E_HANDLE, "a closed account" )
   Check( erptokena_close( nHandle ) == ERPTOKEN_E_HANDLE, "a handle closed twice" )
   Check( erptokena_renew( 2147483647 ) == -1002, "an invented handle" )
   Check( Fails( {|| TErpAccount():New( "nobody" ) } ):subCode == ERPTOKEN_E_PROVIDER, "an unknown provider" )
   Check( Fails( {|| Opened( "a", "b" ):Set( "username", "a" + Chr( 0 ) + "b" ) } ):subCode == ERPTOKEN_E_ENCODING, "a text that would be cut" )
   Check( Fails( {|| ErpConfigure( "colour", "blue" ) } ):subCode == ERPTOKEN_E_OPTION, "an unknown option" )

   RETURN

STATIC PROCEDURE Requests( oAccount )

   LOCAL cBody := '{"nome":"' + s_cAccented + '"}'
   LOCAL oAnswer := oAccount:Request( "POST", "/tms/freights", "X-Erp: 1" + hb_eol() + "X-Other: 2", cBody )

   Check( oAnswer:Status() == 201 .AND. oAnswer:Field( "/text" ) == cBody, "the body as it arrived: " + oAnswer:Text() )
   Check( oAnswer:Field( "/content_type" ) == "application/json", "the type of a text" )
   Check( oAnswer:Field( "/none" ) == NIL .AND. oAnswer:Header( "X-None" ) == NIL, "what is not there" )
   Check( Len( oAnswer:Bytes() ) > Len( oAnswer:Text() ), "bytes in UTF-8, and text" )
   oAnswer:Close()
   oAnswer := oAccount:Request( "POST", "/tms/freights", "Content-Type: text/plain", Chr( 0 ) + Chr( 255 ) + Chr( 13 ), .T. )
   Check( oAnswer:Field( "/length" ) == "3", "bytes as they are" )
   Check( oAccount:Request( "GET", "/tms/freights" ):Status() == 200, "no headers and no body" )
   Check( Fails( {|| oAccount:Request( "GET", "https://example.com/" ) } ):subCode == ERPTOKEN_E_INSECURE, "another host" )

   RETURN

// Each failure has its own words, whatever other threads do. (Needs a program for threads: hbmk2 -mt.)
STATIC PROCEDURE Threads( oAccount )

   LOCAL aThreads := {}, nThread, aWrong := {}

   IF hb_mtvm()
      FOR nThread := 1 TO 8
         AAdd( aThreads, hb_threadStart( {| nNumber | Work( oAccount, nNumber, aWrong ) }, nThread ) )
      NEXT
      AEval( aThreads, {| pThread | hb_threadJoin( pThread ) } )
      Check( Empty( aWrong ), "the words of another thread" )
   ENDIF

   RETURN

STATIC PROCEDURE Work( oAccount, nNumber, aWrong )

   LOCAL nTurn, cHost, oError

   FOR nTurn := 1 TO 50
      cHost := "host-" + hb_ntos( nNumber ) + "-" + hb_ntos( nTurn ) + ".example"
      oError := Fails( {|| oAccount:Request( "GET", "https://" + cHost + "/" ) } )
      IF ! cHost $ oError:description
         AAdd( aWrong, oError:description )
      ENDIF
   NEXT

   RETURN
