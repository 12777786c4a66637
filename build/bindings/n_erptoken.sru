$PBExportHeader$@OBJECT@.sru
$PBExportComments$erptoken: gets, keeps and renews access tokens
forward
global type @OBJECT@ from nonvisualobject
end type
end forward

global type @OBJECT@ from nonvisualobject
end type
global @OBJECT@ @OBJECT@

type prototypes
// erptoken @VERSION@ for @POWERBUILDER@: declarations generated from the library's source, and
// below them functions that throw n_erptoken_error. One object is one account. Not run: it was made where there is no
// PowerBuilder. A test compares its declarations and its calls with what the library exports.
//
//   @OBJECT@ lnv_account
//   lnv_account = create @OBJECT@
//   try
//      lnv_account.of_open("senior")
//      lnv_account.of_set("username", "admin@empresa.com.br")
//      lnv_account.of_set("password", "senhaUsuario")
//      lnv_http.SetRequestHeader("Authorization", lnv_account.of_authorization())
//   catch (n_erptoken_error lnv_error)
//      MessageBox("Token", lnv_error.GetMessage())
//   end try
//   destroy lnv_account
//
// Import this file and n_erptoken_error.sru into a library of the application, and put erptoken.dll of the application's own
// bits beside it. Ask for the token before every request instead of keeping it.
//
// @TEXTS@
// NULL: where C may give it (a value, headers, no body) PowerScript gives "", which means the same there.
// A buffer is as long as there is room, Space(n), by reference; PowerBuilder cuts it at the end of the text.
// Callbacks: PowerScript has no function that a library could call, so @FAMILY@log is not declared. The option "log_file"
// of of_configure writes the log.

@FUNCTIONS@
end prototypes

type variables
@CONSTANTS@
private:
long il_account
end variables

forward prototypes
public subroutine of_open (string as_provider) throws n_erptoken_error
public subroutine of_close ()
public subroutine of_set (string as_option, string as_value) throws n_erptoken_error
public function string of_get () throws n_erptoken_error
public function string of_authorization () throws n_erptoken_error
public subroutine of_renew () throws n_erptoken_error
public function boolean of_reject (string as_token) throws n_erptoken_error
public subroutine of_logout () throws n_erptoken_error
public function string of_info (string as_field) throws n_erptoken_error
public function long of_info_int (string as_field) throws n_erptoken_error
public function long of_request (string as_method, string as_url, string as_headers, string as_body) throws n_erptoken_error
public function long of_request_bytes (string as_method, string as_url, string as_headers, blob ablb_body) throws n_erptoken_error
public function boolean of_app_allowed () throws n_erptoken_error
public function string of_app_create (string as_expires) throws n_erptoken_error
public function string of_app_get (string as_id) throws n_erptoken_error
public function long of_app_list () throws n_erptoken_error
public subroutine of_app_revoke (string as_id) throws n_erptoken_error
public function long of_diagnose () throws n_erptoken_error
public function long of_check_profile (string as_path) throws n_erptoken_error
public function long of_response_status (long al_response) throws n_erptoken_error
public function string of_response_header (long al_response, string as_name) throws n_erptoken_error
public function string of_response_text (long al_response) throws n_erptoken_error
public function string of_response_field (long al_response, string as_path) throws n_erptoken_error
public function blob of_response_bytes (long al_response) throws n_erptoken_error
public subroutine of_response_close (long al_response)
public subroutine of_configure (string as_option, string as_value) throws n_erptoken_error
public subroutine of_shutdown () throws n_erptoken_error
public function string of_version () throws n_erptoken_error
public subroutine of_check (long al_status) throws n_erptoken_error
private function long of_read (string as_what, long al_handle, string as_argument, ref string as_text)
end prototypes

public subroutine of_open (string as_provider) throws n_erptoken_error;
// An account: "senior", "invoisys", "assine", or the absolute path of a profile.
long ll_account
n_erptoken_error lnv_error
if Int(@FAMILY@abi_version() / 1000) <> Int(ERPTOKEN_ABI_VERSION / 1000) then
	lnv_error = create n_erptoken_error
	lnv_error.SetMessage("erptoken.dll has another interface than this program was made for")
	throw lnv_error
end if
of_close()
of_check(@FAMILY@open(as_provider, ll_account))
il_account = ll_account
end subroutine

public subroutine of_close ();
@FAMILY@close(il_account)
il_account = 0
end subroutine

public subroutine of_set (string as_option, string as_value) throws n_erptoken_error;
// "" is the default.
of_check(@FAMILY@set(il_account, as_option, as_value))
end subroutine

public function string of_get () throws n_erptoken_error;
string ls_text
of_check(of_read("get", il_account, "", ls_text))
return ls_text
end function

public function string of_authorization () throws n_erptoken_error;
// The header's value, "Bearer ...", ready to be sent.
string ls_text
of_check(of_read("authorization", il_account, "", ls_text))
return ls_text
end function

public subroutine of_renew () throws n_erptoken_error;
of_check(@FAMILY@renew(il_account))
end subroutine

public function boolean of_reject (string as_token) throws n_erptoken_error;
// An API answered 401 to this token. false: it replaced a refused one a moment ago and is kept; the cause is a permission.
long ll_status
ll_status = @FAMILY@reject(il_account, as_token)
if ll_status = ERPTOKEN_E_REFUSED_AGAIN then return false
of_check(ll_status)
return true
end function

public subroutine of_logout () throws n_erptoken_error;
of_check(@FAMILY@logout(il_account))
end subroutine

public function string of_info (string as_field) throws n_erptoken_error;
string ls_text
of_check(of_read("info", il_account, as_field, ls_text))
return ls_text
end function

public function long of_info_int (string as_field) throws n_erptoken_error;
long ll_value
of_check(@FAMILY@info_int(il_account, as_field, ll_value))
return ll_value
end function

public function long of_request (string as_method, string as_url, string as_headers, string as_body) throws n_erptoken_error;
// Sends a request with the token on it, renewed and repeated once on 401. as_headers: lines of "Name: value". as_body is sent
// as UTF-8, as JSON unless a header says otherwise. A response, to be closed with of_response_close.
long ll_response, ll_length
if Len(as_body) > 0 then ll_length = -1
of_check(@FAMILY@request(il_account, as_method, as_url, as_headers, as_body, ll_length, ll_response))
return ll_response
end function

public function long of_request_bytes (string as_method, string as_url, string as_headers, blob ablb_body) throws n_erptoken_error;
// The same with bytes: a file, an XML in a character set of its own.
long ll_response, ll_length
ll_length = Len(ablb_body)
of_check(@FAMILY@request_bytes(il_account, as_method, as_url, as_headers, ablb_body, ll_length, ll_response))
return ll_response
end function

public function boolean of_app_allowed () throws n_erptoken_error;
long ll_allowed
of_check(@FAMILY@app_check(il_account, ll_allowed))
return ll_allowed <> 0
end function

public function string of_app_create (string as_expires) throws n_erptoken_error;
// Creates an application token: its id. as_expires: days ("365"), or an instant with its zone. Once, with room for every id: a
// creation is never repeated blindly.
string ls_id
long ll_length
ll_length = ERPTOKEN_ID_SIZE
ls_id = Space(ll_length)
of_check(@FAMILY@app_create(il_account, as_expires, ls_id, ll_length))
return ls_id
end function

public function string of_app_get (string as_id) throws n_erptoken_error;
string ls_text
of_check(of_read("app_get", il_account, as_id, ls_text))
return ls_text
end function

public function long of_app_list () throws n_erptoken_error;
// A response, with of_response_field(ll_response, "/count"), to be closed with of_response_close.
long ll_response
of_check(@FAMILY@app_list(il_account, ll_response))
return ll_response
end function

public subroutine of_app_revoke (string as_id) throws n_erptoken_error;
of_check(@FAMILY@app_revoke(il_account, as_id))
end subroutine

public function long of_diagnose () throws n_erptoken_error;
// A report for support, without secrets: a response, with all of it in of_response_field(ll_response, "/text").
long ll_response
of_check(@FAMILY@diagnose(il_account, ll_response))
return ll_response
end function

public function long of_check_profile (string as_path) throws n_erptoken_error;
// What is wrong with a profile, and what it would send: a response, as that of of_diagnose.
long ll_response
of_check(@FAMILY@check_profile(as_path, ll_response))
return ll_response
end function

public function long of_response_status (long al_response) throws n_erptoken_error;
long ll_status
of_check(@FAMILY@response_status(al_response, ll_status))
return ll_status
end function

public function string of_response_header (long al_response, string as_name) throws n_erptoken_error;
string ls_text
of_check(of_read("header", al_response, as_name, ls_text))
return ls_text
end function

public function string of_response_text (long al_response) throws n_erptoken_error;
string ls_text
of_check(of_read("text", al_response, "", ls_text))
return ls_text
end function

public function string of_response_field (long al_response, string as_path) throws n_erptoken_error;
// A value of a JSON body: "/items/0/id".
string ls_text
of_check(of_read("field", al_response, as_path, ls_text))
return ls_text
end function

public function blob of_response_bytes (long al_response) throws n_erptoken_error;
// The body as it came.
blob lblb_body
long ll_length, ll_status
lblb_body = Blob(Space(2))
ll_status = @FAMILY@response_bytes(al_response, lblb_body, ll_length)
if ll_status = ERPTOKEN_E_BUFFER then
	// One byte or two for each blank: enough.
	lblb_body = Blob(Space(ll_length))
	ll_status = @FAMILY@response_bytes(al_response, lblb_body, ll_length)
end if
of_check(ll_status)
return BlobMid(lblb_body, 1, ll_length)
end function

public subroutine of_response_close (long al_response);
@FAMILY@close(al_response)
end subroutine

public subroutine of_configure (string as_option, string as_value) throws n_erptoken_error;
// Sets an option of the process, or the default of an account option.
of_check(@FAMILY@configure(as_option, as_value))
end subroutine

public subroutine of_shutdown () throws n_erptoken_error;
// Closes every handle and wipes every token: for the program, before it ends.
of_check(@FAMILY@shutdown())
il_account = 0
end subroutine

public function string of_version () throws n_erptoken_error;
string ls_text
of_check(of_read("version", 0, "", ls_text))
return ls_text
end function

public subroutine of_check (long al_status) throws n_erptoken_error;
// Throws unless the status is ERPTOKEN_OK. It stands around the call, so nothing comes between the two.
n_erptoken_error lnv_error
string ls_text
if al_status = ERPTOKEN_OK then return
lnv_error = create n_erptoken_error
lnv_error.il_status = al_status
if of_read("error_text", 0, "", ls_text) = ERPTOKEN_OK then lnv_error.SetMessage(ls_text)
if of_read("error_server_code", 0, "", ls_text) = ERPTOKEN_OK then lnv_error.is_server_code = ls_text
lnv_error.il_http_status = @FAMILY@error_http_status()
lnv_error.il_retry_after = @FAMILY@error_retry_after()
lnv_error.ib_retryable = (@FAMILY@error_retryable() <> 0)
if of_read("status_name", al_status, "", ls_text) = ERPTOKEN_OK then lnv_error.is_status_name = ls_text
throw lnv_error
end subroutine

private function long of_read (string as_what, long al_handle, string as_argument, ref string as_text);
// Reads a text of whatever length; the status.
long ll_length, ll_status
ll_length = 1500 // Holds nearly every token, and every error text.
ll_status = ERPTOKEN_E_BUFFER
do while ll_status = ERPTOKEN_E_BUFFER
	as_text = Space(ll_length)
	choose case as_what
	case "get"
		ll_status = @FAMILY@get(al_handle, as_text, ll_length)
	case "authorization"
		ll_status = @FAMILY@authorization(al_handle, as_text, ll_length)
	case "info"
		ll_status = @FAMILY@info(al_handle, as_argument, as_text, ll_length)
	case "app_get"
		ll_status = @FAMILY@app_get(al_handle, as_argument, as_text, ll_length)
	case "header"
		ll_status = @FAMILY@response_header(al_handle, as_argument, as_text, ll_length)
	case "text"
		ll_status = @FAMILY@response_text(al_handle, as_text, ll_length)
	case "field"
		ll_status = @FAMILY@response_field(al_handle, as_argument, as_text, ll_length)
	case "status_name"
		ll_status = @FAMILY@status_name(al_handle, as_text, ll_length)
	case "error_text"
		ll_status = @FAMILY@error_text(as_text, ll_length)
	case "error_server_code"
		ll_status = @FAMILY@error_server_code(as_text, ll_length)
	case else
		ll_status = @FAMILY@version(as_text, ll_length)
	end choose
loop
return ll_status
end function

on @OBJECT@.create
call super::create
TriggerEvent(this, "constructor")
end on

on @OBJECT@.destroy
TriggerEvent(this, "destructor")
call super::destroy
end on

event destructor;
of_close()
end event
