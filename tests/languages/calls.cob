      *> What a host in COBOL may do to the library. Silent when all is
      *> well.
       identification division.
       program-id. calls.

       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 account usage binary-long.
       01 second usage binary-long.
       01 response usage binary-long.
       01 number-out usage binary-long.
       01 capacity usage binary-long.
       01 text-length usage binary-long.
       01 i usage binary-long.
       01 what pic x(60).
       01 base-url pic x(500).
       01 token-text pic x(200).
       01 other-text pic x(200).
       01 short-text pic x(20).
       01 raw-buffer pic x(50).
       01 hashes pic x(50) value all "#".
       01 body-text pic x(100).
       01 answer-text pic x(2000).
       01 accented pic x(20).

       procedure division.
       main.
           accept base-url from environment "ERPTOKEN_SANDBOX_SENIOR"
           string "jos" x"E9" " " x"80" delimited by size into accented

           move "an account" to what
           perform open-account
           call "erp-renew" using account
           perform all-is-well
           call "erp-get" using account token-text
           perform all-is-well
           if function length(function trim(token-text)) not = 32
               perform fail
           end-if
           call "erp-authorization" using account other-text
           perform all-is-well
           if other-text(1:7) not = "Bearer "
               or other-text(8:) not = token-text
               perform fail
           end-if
           move "a field that is too small" to what
           call "erp-get" using account short-text
           if return-code not = ERPTOKEN-E-BUFFER
               or short-text not = spaces
               or erp-text = spaces
               perform fail
           end-if
           perform short-buffers
           perform requests
           perform accents
           perform failures

           move "a refused token" to what
           call "erp-reject" using account token-text
           perform all-is-well
           call "erp-get" using account other-text
           perform all-is-well
           if other-text = token-text perform fail end-if
           call "erp-reject" using account other-text
           if return-code not = ERPTOKEN-E-REFUSED-AGAIN
               perform fail
           end-if
           move "the end" to what
           call "erp-diagnose" using account response
           perform all-is-well
           call "erp-close" using response
           call "erp-logout" using account
           perform all-is-well
           move account to second
           call "erp-close" using account
           perform all-is-well
           call "erp-close" using account
           perform all-is-well
           call "erp-close" using second
           if return-code not = ERPTOKEN-E-HANDLE perform fail end-if
           call "erp-shutdown"
           perform all-is-well
           stop run returning 0.

       open-account.
           call "erp-open" using "senior" account
           perform all-is-well
           call "erp-set" using account "username"
               "admin@empresa.com.br    "
           perform all-is-well
           call "erp-set" using account "password" "senhaUsuario"
           perform all-is-well
           call "erp-set" using account "base_url" base-url
           perform all-is-well.

       short-buffers.
           move "short buffers" to what
           perform varying capacity from 0 by 1 until capacity > 34
               move hashes to raw-buffer
               move capacity to text-length
               call stdcall "erptokena_get" using
                   by value account
                   by reference raw-buffer
                   by reference text-length
                   returning erp-result
               if capacity < 33
                   if erp-result not = ERPTOKEN-E-BUFFER
                       or text-length not = 33
                       perform fail
                   end-if
               else
                   if erp-result not = ERPTOKEN-OK
                       or text-length not = 32
                       perform fail
                   end-if
               end-if
               move capacity to i
               if i > 33 move 33 to i end-if
               if raw-buffer(i + 1:50 - i) not = hashes(1:50 - i)
                   perform fail
               end-if
           end-perform.

       requests.
           move "a request" to what
           string '{"nome":"' accented(1:6) '"}' delimited by size
               into body-text
           call "erp-request" using account "POST" "/tms/freights"
               "X-Erp: 1" body-text response
           perform all-is-well
           call "erp-response-status" using response number-out
           perform all-is-well
           if number-out not = 201 perform fail end-if
           call "erp-response-field" using response "/text" answer-text
           perform all-is-well
           if answer-text not = body-text perform fail end-if
           call "erp-response-text" using response answer-text
           perform all-is-well
           call "erp-response-header" using response "X-None"
               answer-text
           if return-code not = ERPTOKEN-E-NOT-FOUND
               perform fail
           end-if
           call "erp-close" using response
           perform all-is-well
           move "a request without headers and body" to what
           call "erp-request" using account "GET" "/tms/freights"
               " " " " response
           perform all-is-well
           call "erp-close" using response
           move "another host" to what
           call "erp-request" using account "GET"
               "https://example.com/" " " " " response
           if return-code not = ERPTOKEN-E-INSECURE perform fail end-if.

       accents.
           move "accents" to what
           call "erp-open" using "senior" second
           call "erp-set" using second "username" accented
           perform all-is-well
           call "erp-info" using second "username" other-text
           perform all-is-well
           if other-text not = accented perform fail end-if
           call "erp-set" using second "username" x"61006200"
           if return-code not = ERPTOKEN-E-ENCODING
               or erp-status not = ERPTOKEN-E-ENCODING
               perform fail
           end-if
           call "erp-set" using second "username" z"ab"
           perform all-is-well
           call "erp-set" using second "username" " "
           perform all-is-well
           call "erp-info" using second "username" other-text
           if other-text not = spaces perform fail end-if
           call "erp-configure" using "language" "pt"
           perform all-is-well
           call "erp-request" using account "GET"
               "https://example.com/" " " " " response
           move 0 to number-out
           inspect erp-text tallying number-out for all x"E3"
           if number-out = 0 perform fail end-if
           call "erp-configure" using "language" " "
           perform all-is-well
           call "erp-close" using second.

       failures.
           move "a wrong password" to what
           call "erp-open" using "senior" second
           call "erp-set" using second "username"
               "ninguem@empresa.com.br"
           call "erp-set" using second "password" "errada"
           call "erp-set" using second "base_url" base-url
           call "erp-get" using second other-text
           if return-code not = ERPTOKEN-E-CREDENTIALS
               or erp-status not = ERPTOKEN-E-CREDENTIALS
               or erp-http-status not = 401
               or erp-server-code = spaces
               or erp-text(20:) = spaces
               or erp-retryable not = 0
               or erp-retry-after not > 0
               perform fail
           end-if
           call "erp-info-int" using second "failures" number-out
           perform all-is-well
           if number-out not = 1 perform fail end-if
           call "erp-close" using second
           move "an unknown provider" to what
           call "erp-open" using "nobody" second
           if return-code not = ERPTOKEN-E-PROVIDER perform fail end-if
           move "an unknown option" to what
           call "erp-configure" using "colour" "blue"
           if return-code not = ERPTOKEN-E-OPTION perform fail end-if.

       all-is-well.
           if return-code not = 0
               display function trim(erp-text)
               perform fail
           end-if.

       fail.
           display "failed: " function trim(what) " " return-code
           stop run returning 1.
       end program calls.
