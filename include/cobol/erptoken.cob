      *> erptoken 0.1.0 for COBOL (GnuCOBOL 3): the calls that most
      *> programs need, with fields of any size that end in spaces. Each
      *> returns ERPTOKEN-OK or a negative number in return-code; what
      *> happened is then in erp-error (erptoken.cpy). A field that is
      *> too small for a text is ERPTOKEN-E-BUFFER; nothing is cut.
      *>
      *>     call "erp-open" using provider account
      *>     call "erp-set" using account option value
      *>     call "erp-get" using account token
      *>     call "erp-authorization" using account header-value
      *>     call "erp-renew" using account
      *>     call "erp-reject" using account token
      *>     call "erp-logout" using account
      *>     call "erp-info" using account field text
      *>     call "erp-info-int" using account field value
      *>     call "erp-request" using account method url headers body
      *>         response
      *>     call "erp-response-status" using response http-status
      *>     call "erp-response-text" using response text
      *>     call "erp-response-header" using response name text
      *>     call "erp-response-field" using response path text
      *>     call "erp-diagnose" using account response
      *>     call "erp-configure" using option value
      *>     call "erp-close" using handle
      *>     call "erp-shutdown"
      *>
      *> Handles and numbers are binary-long. Texts are trimmed of the
      *> spaces at their end (a password that ends in one is set by
      *> erptokena_set). A body is text, sent as UTF-8, as JSON unless a
      *> header says otherwise; spaces: none. Call and error are one
      *> step: COBOL's threads, if any, do not mix them.

       identification division.
       program-id. erp-open.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 z-provider pic x(513).
       linkage section.
       01 provider pic x any length.
       01 account usage binary-long.
       procedure division using
           provider account.
           call "erp-text-in" using provider z-provider
           if return-code not = 0 goback end-if
           call stdcall "erptokena_open" using
               by reference z-provider
               by reference account
               returning erp-result
           call "erp-told" using erp-result
           goback.
       end program erp-open.

       identification division.
       program-id. erp-set.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 z-option-name pic x(513).
       01 z-value-given pic x(8193).
       linkage section.
       01 account usage binary-long.
       01 option-name pic x any length.
       01 value-given pic x any length.
       procedure division using
           account option-name value-given.
           call "erp-text-in" using option-name z-option-name
           if return-code not = 0 goback end-if
           call "erp-text-in" using value-given z-value-given
           if return-code not = 0 goback end-if
           call stdcall "erptokena_set" using
               by value account
               by reference z-option-name
               by reference z-value-given
               returning erp-result
           call "erp-told" using erp-result
           goback.
       end program erp-set.

       identification division.
       program-id. erp-get.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 text-length usage binary-long.
       linkage section.
       01 account usage binary-long.
       01 token pic x any length.
       procedure division using
           account token.
           move function length(token) to text-length
           call stdcall "erptokena_get" using
               by value account
               by reference token
               by reference text-length
               returning erp-result
           call "erp-told" using erp-result
           call "erp-text-out" using erp-result token
               text-length
           goback.
       end program erp-get.

       identification division.
       program-id. erp-authorization.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 text-length usage binary-long.
       linkage section.
       01 account usage binary-long.
       01 header-value pic x any length.
       procedure division using
           account header-value.
           move function length(header-value) to text-length
           call stdcall "erptokena_authorization" using
               by value account
               by reference header-value
               by reference text-length
               returning erp-result
           call "erp-told" using erp-result
           call "erp-text-out" using erp-result header-value
               text-length
           goback.
       end program erp-authorization.

       identification division.
       program-id. erp-renew.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       linkage section.
       01 account usage binary-long.
       procedure division using
           account.
           call stdcall "erptokena_renew" using
               by value account
               returning erp-result
           call "erp-told" using erp-result
           goback.
       end program erp-renew.

       identification division.
       program-id. erp-reject.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 z-token pic x(8193).
       linkage section.
       01 account usage binary-long.
       01 token pic x any length.
       procedure division using
           account token.
           call "erp-text-in" using token z-token
           if return-code not = 0 goback end-if
           call stdcall "erptokena_reject" using
               by value account
               by reference z-token
               returning erp-result
           call "erp-told" using erp-result
           goback.
       end program erp-reject.

       identification division.
       program-id. erp-logout.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       linkage section.
       01 account usage binary-long.
       procedure division using
           account.
           call stdcall "erptokena_logout" using
               by value account
               returning erp-result
           call "erp-told" using erp-result
           goback.
       end program erp-logout.

       identification division.
       program-id. erp-info.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 z-field-name pic x(513).
       01 text-length usage binary-long.
       linkage section.
       01 account usage binary-long.
       01 field-name pic x any length.
       01 text-out pic x any length.
       procedure division using
           account field-name text-out.
           call "erp-text-in" using field-name z-field-name
           if return-code not = 0 goback end-if
           move function length(text-out) to text-length
           call stdcall "erptokena_info" using
               by value account
               by reference z-field-name
               by reference text-out
               by reference text-length
               returning erp-result
           call "erp-told" using erp-result
           call "erp-text-out" using erp-result text-out
               text-length
           goback.
       end program erp-info.

       identification division.
       program-id. erp-info-int.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 z-field-name pic x(513).
       linkage section.
       01 account usage binary-long.
       01 field-name pic x any length.
       01 value-out usage binary-long.
       procedure division using
           account field-name value-out.
           call "erp-text-in" using field-name z-field-name
           if return-code not = 0 goback end-if
           call stdcall "erptokena_info_int" using
               by value account
               by reference z-field-name
               by reference value-out
               returning erp-result
           call "erp-told" using erp-result
           goback.
       end program erp-info-int.

       identification division.
       program-id. erp-request.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 z-method pic x(513).
       01 z-url pic x(8193).
       01 z-headers pic x(8193).
       01 z-body pic x(1048577).
       01 body-length usage binary-long.
       linkage section.
       01 account usage binary-long.
       01 http-method pic x any length.
       01 url pic x any length.
       01 headers pic x any length.
       01 body pic x any length.
       01 response usage binary-long.
       procedure division using
           account http-method url headers body response.
           call "erp-text-in" using http-method z-method
           if return-code not = 0 goback end-if
           call "erp-text-in" using url z-url
           if return-code not = 0 goback end-if
           call "erp-text-in" using headers z-headers
           if return-code not = 0 goback end-if
           call "erp-text-in" using body z-body
           if return-code not = 0 goback end-if
           if body = spaces move 0 to body-length
           else move -1 to body-length end-if
           call stdcall "erptokena_request" using
               by value account
               by reference z-method
               by reference z-url
               by reference z-headers
               by reference z-body
               by value body-length
               by reference response
               returning erp-result
           call "erp-told" using erp-result
           goback.
       end program erp-request.

       identification division.
       program-id. erp-response-status.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       linkage section.
       01 response usage binary-long.
       01 http-status usage binary-long.
       procedure division using
           response http-status.
           call stdcall "erptokena_response_status" using
               by value response
               by reference http-status
               returning erp-result
           call "erp-told" using erp-result
           goback.
       end program erp-response-status.

       identification division.
       program-id. erp-response-text.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 text-length usage binary-long.
       linkage section.
       01 response usage binary-long.
       01 text-out pic x any length.
       procedure division using
           response text-out.
           move function length(text-out) to text-length
           call stdcall "erptokena_response_text" using
               by value response
               by reference text-out
               by reference text-length
               returning erp-result
           call "erp-told" using erp-result
           call "erp-text-out" using erp-result text-out
               text-length
           goback.
       end program erp-response-text.

       identification division.
       program-id. erp-response-header.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 z-header-name pic x(513).
       01 text-length usage binary-long.
       linkage section.
       01 response usage binary-long.
       01 header-name pic x any length.
       01 text-out pic x any length.
       procedure division using
           response header-name text-out.
           call "erp-text-in" using header-name z-header-name
           if return-code not = 0 goback end-if
           move function length(text-out) to text-length
           call stdcall "erptokena_response_header" using
               by value response
               by reference z-header-name
               by reference text-out
               by reference text-length
               returning erp-result
           call "erp-told" using erp-result
           call "erp-text-out" using erp-result text-out
               text-length
           goback.
       end program erp-response-header.

       identification division.
       program-id. erp-response-field.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 z-path pic x(1025).
       01 text-length usage binary-long.
       linkage section.
       01 response usage binary-long.
       01 path pic x any length.
       01 text-out pic x any length.
       procedure division using
           response path text-out.
           call "erp-text-in" using path z-path
           if return-code not = 0 goback end-if
           move function length(text-out) to text-length
           call stdcall "erptokena_response_field" using
               by value response
               by reference z-path
               by reference text-out
               by reference text-length
               returning erp-result
           call "erp-told" using erp-result
           call "erp-text-out" using erp-result text-out
               text-length
           goback.
       end program erp-response-field.

       identification division.
       program-id. erp-diagnose.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       linkage section.
       01 account usage binary-long.
       01 response usage binary-long.
       procedure division using
           account response.
           call stdcall "erptokena_diagnose" using
               by value account
               by reference response
               returning erp-result
           call "erp-told" using erp-result
           goback.
       end program erp-diagnose.

       identification division.
       program-id. erp-configure.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 z-option-name pic x(513).
       01 z-value-given pic x(8193).
       linkage section.
       01 option-name pic x any length.
       01 value-given pic x any length.
       procedure division using
           option-name value-given.
           call "erp-text-in" using option-name z-option-name
           if return-code not = 0 goback end-if
           call "erp-text-in" using value-given z-value-given
           if return-code not = 0 goback end-if
           call stdcall "erptokena_configure" using
               by reference z-option-name
               by reference z-value-given
               returning erp-result
           call "erp-told" using erp-result
           goback.
       end program erp-configure.

       identification division.
       program-id. erp-close.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       linkage section.
       01 handle-given usage binary-long.
       procedure division using
           handle-given.
           call stdcall "erptokena_close" using by value handle-given
               returning erp-result
           move 0 to handle-given
           call "erp-told" using erp-result
           goback.
       end program erp-close.

       identification division.
       program-id. erp-shutdown.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       linkage section.
       procedure division.
           call stdcall "erptokena_shutdown"
               returning erp-result
           call "erp-told" using erp-result
           goback.
       end program erp-shutdown.

      *> A text with a zero byte behind its last letter.
       identification division.
       program-id. erp-text-in.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 used usage binary-long.
       01 place usage binary-long.
       linkage section.
       01 given pic x any length.
       01 zero-ended pic x any length.
       procedure division using given zero-ended.
           move function length(given) to used
           perform until used = 0
               if given(used:1) not = space and not = low-value
                   exit perform
               end-if
               subtract 1 from used
           end-perform
           move 0 to return-code
           if used >= function length(zero-ended)
               move ERPTOKEN-E-ARGUMENT to erp-status return-code
               move "a text is too long for erptoken.cob: call the
      -    " function of the library itself" to erp-text
               move 0 to erp-http-status erp-retry-after erp-retryable
               move spaces to erp-server-code
               goback
           end-if
           perform varying place from 1 by 1 until place > used
               if given(place:1) = low-value
                   move ERPTOKEN-E-ENCODING to erp-status return-code
                   move "a text has a zero byte before its end"
                       to erp-text
                   move 0 to erp-http-status erp-retry-after
                       erp-retryable
                   move spaces to erp-server-code
                   goback
               end-if
           end-perform
           if used > 0
               move given(1:used) to zero-ended(1:used)
           end-if
           move low-value to zero-ended(used + 1:1)
           goback.
       end program erp-text-in.

      *> What the library has written, with spaces behind it.
       identification division.
       program-id. erp-text-out.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       linkage section.
       01 result usage binary-long.
       01 text-out pic x any length.
       01 text-length usage binary-long.
       procedure division using result text-out text-length.
           move result to return-code
           if result not = 0
               move spaces to text-out
               goback
           end-if
           if text-length < function length(text-out)
               move spaces to text-out(text-length + 1:)
           end-if
           goback.
       end program erp-text-out.

      *> The error of a call: at once behind it, on its thread.
       identification division.
       program-id. erp-told.
       data division.
       working-storage section.
       copy "erptoken.cpy".
       01 room usage binary-long.
       01 room-for-text pic x(1201).
       linkage section.
       01 result usage binary-long.
       procedure division using result.
           move result to return-code
           if result = 0 goback end-if
           move result to erp-status
           move spaces to erp-text erp-server-code
           move 0 to erp-http-status erp-retry-after erp-retryable
           if result = ERPTOKEN-E-BUFFER
               move "the field is too small for the text" to erp-text
               goback
           end-if
           move 1201 to room
           call stdcall "erptokena_error_text" using
               by reference room-for-text
               by reference room
               returning erp-result
           if room > 0 and erp-result = 0
               move room-for-text(1:room) to erp-text
           end-if
           move 1201 to room
           call stdcall "erptokena_error_server_code" using
               by reference room-for-text
               by reference room
               returning erp-result
           if room > 0 and erp-result = 0
               move room-for-text(1:room) to erp-server-code
           end-if
           call stdcall "erptokena_error_http_status"
               returning erp-http-status
           call stdcall "erptokena_error_retry_after"
               returning erp-retry-after
           call stdcall "erptokena_error_retryable"
               returning erp-retryable
           move result to return-code
           goback.
       end program erp-told.
