$PBExportHeader$n_erptoken_error.sru
$PBExportComments$erptoken: what went wrong, and what to do about it
forward
global type n_erptoken_error from exception
end type
end forward

global type n_erptoken_error from exception
end type
global n_erptoken_error n_erptoken_error

type variables
// erptoken @VERSION@: what n_erptoken and n_erptokena throw. GetMessage() says what to do. Not run, as they.
public:
long il_status // One of ERPTOKEN_E_*.
string is_status_name // "ERPTOKEN_E_NETWORK"
string is_server_code // The provider's own code, if it gave one.
long il_http_status // 0: no answer.
long il_retry_after // Seconds.
boolean ib_retryable // Whether the same call may succeed later with nothing changed.
end variables

on n_erptoken_error.create
call super::create
TriggerEvent(this, "constructor")
end on

on n_erptoken_error.destroy
TriggerEvent(this, "destructor")
call super::destroy
end on
