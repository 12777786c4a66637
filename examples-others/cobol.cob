      *> A token in COBOL (GnuCOBOL 3). Prints its length.
      *> Put your own user and password in, and leave out what concerns "base_url".
       identification division.
       program-id. token.

       data division.
       working-storage section.
       01 account           usage binary-long value 0.
       01 buffer-length     usage binary-long.
       01 shown-length      pic z(9)9.
       01 result            usage binary-long.
       01 token-text        pic x(4096).
       01 address-given     pic x(500).
       01 base-url          pic x(501).
       01 error-message     pic x(1201).

       procedure division.
       main.
           accept address-given from environment
               "ERPTOKEN_SANDBOX_SENIOR"
      *> Texts end with a zero byte.
           string function trim(address-given) delimited by size
               x"00" delimited by size into base-url

           call "erptoken_open" using
               by reference z"senior" by reference account
               returning result
           perform check-result
           call "erptoken_set" using by value account
               by reference z"username"
               by reference z"admin@empresa.com.br"
               returning result
           perform check-result
           call "erptoken_set" using by value account
               by reference z"password" by reference z"senhaUsuario"
               returning result
           perform check-result
           call "erptoken_set" using by value account
               by reference z"base_url" by reference base-url
               returning result
           perform check-result

           move 4096 to buffer-length
           call "erptoken_get" using by value account
               by reference token-text by reference buffer-length
               returning result
           perform check-result
           move buffer-length to shown-length
           display "a token of " function trim(shown-length)
               " characters"

           call "erptoken_close" using by value account
               returning result
           stop run returning 0.

       check-result.
           if result not = 0
               move 1201 to buffer-length
               call "erptoken_error_text" using
                   by reference error-message
                   by reference buffer-length
               display error-message(1:buffer-length) upon stderr
               stop run returning 1
           end-if.
