      *> A token in COBOL (GnuCOBOL 3), by erptoken.cpy and erptoken.cob
      *> of include/cobol. Prints its length. Put your own user and
      *> password in, and leave out what concerns "base_url".
       identification division.
       program-id. token.

       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 account           usage binary-long.
       01 token-text        pic x(4096).
       01 shown-length      pic z(9)9.
       01 base-url          pic x(500).

       procedure division.
       main.
           call "erp-open" using "senior" account
           perform check-result
           call "erp-set" using account "username"
               "admin@empresa.com.br"
           perform check-result
           call "erp-set" using account "password" "senhaUsuario"
           perform check-result
           accept base-url from environment "ERPTOKEN_SANDBOX_SENIOR"
           call "erp-set" using account "base_url" base-url
           perform check-result

           call "erp-get" using account token-text
           perform check-result
           move function length(function trim(token-text))
               to shown-length
           display "a token of " function trim(shown-length)
               " characters"

           call "erp-close" using account
           stop run returning 0.

       check-result.
           if return-code not = ERPTOKEN-OK
               display function trim(erp-text) upon stderr
               stop run returning 1
           end-if.
