      *> erptoken @VERSION@ for COBOL (GnuCOBOL 3): numbers and calls.
      *> Generated from the library's source: do not edit.
      *>
      *>     working-storage section.
      *>     copy "erptoken.cpy".
      *>
      *> Below are every number, what an error tells, and in comments
      *> the call of every function. erptoken.cob has the calls that
      *> most programs need with fields of any size, that end in spaces
      *> as COBOL's do:
      *>
      *>     call "erp-open" using z"senior" account
      *>     call "erp-set" using account "username" user-name
      *>     call "erp-get" using account token-text
      *>     if return-code not = 0
      *>         display erp-text
      *>
      *> cobc -x -fstatic-call program.cob erptoken.cob -lerptoken
      *>
      *> Texts are 8-bit: on Windows in its code page (1252 in Brazil),
      *> elsewhere in Windows-1252. In a call of the library itself each
      *> ends with a zero byte (z"senior"), and numbers given by value
      *> are binary-long, or literals by value size 4. "stdcall" is what
      *> 32-bit Windows needs; elsewhere it says nothing, and a warning
      *> of cobc -Wall tells so.
      *>
      *> Run on GnuCOBOL 3.1, Linux. Not run: Windows, other compilers.

@CONSTANTS@
      *> What a call returned.
       01 erp-result usage binary-long value 0.

      *> Why the last failing call of erptoken.cob failed.
       01 erp-error external.
      *> One of ERPTOKEN-E-..., as in return-code.
           05 erp-status usage binary-long.
      *> 0: no answer came.
           05 erp-http-status usage binary-long.
      *> Seconds after which to try again.
           05 erp-retry-after usage binary-long.
      *> 1: the same call may succeed later with nothing changed, and
      *> can do no harm.
           05 erp-retryable usage binary-long.
      *> The provider's own code; spaces if it gave none.
           05 erp-server-code pic x(200).
      *> What happened, and what to do about it.
           05 erp-text pic x(1200).

@FUNCTIONS@
