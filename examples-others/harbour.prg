// A token in Harbour, by include/harbour/ErpToken.prg. Prints its length. Put your own user and password in, and leave the
// line with "base_url" out.

PROCEDURE Main()

   LOCAL oAccount, oError

   BEGIN SEQUENCE WITH {| oRaised | Break( oRaised ) }
      oAccount := TErpAccount():New( "senior" )
      oAccount:Set( "username", "admin@empresa.com.br" )
      oAccount:Set( "password", "senhaUsuario" )
      oAccount:Set( "base_url", GetEnv( "ERPTOKEN_SANDBOX_SENIOR" ) ) // Only for trying it out.
      OutStd( "a token of " + hb_ntos( Len( oAccount:Get() ) ) + " characters" + hb_eol() )
      oAccount:Close()
   RECOVER USING oError
      OutErr( hb_ntos( oError:subCode ) + ": " + oError:description + hb_eol() )
      ErrorLevel( 1 )
   END SEQUENCE

   RETURN
