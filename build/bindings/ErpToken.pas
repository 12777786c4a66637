{ erptoken @VERSION@ for Delphi (7 and newer) and Free Pascal: declarations generated from the library's source, and
  below them classes that raise exceptions.

    Account := TErpAccount.Create('senior');
    try
      Account['username'] := 'admin@empresa.com.br';
      Account['password'] := 'senhaUsuario';
      Header := 'Authorization: ' + Account.Authorization;
    finally
      Account.Free;
    end;

  Put erptoken.dll of the program's own kind (32 or 64 bits) beside the program. Texts go over as UTF-16: with Delphi
  2009 and newer as they are; with Delphi 7 and Free Pascal through WideString, so that letters which the machine's code
  page lacks do not fit a `string`. On Linux a Free Pascal `string` is taken for UTF-8.

  Any object may be used from any thread. Ask for the token before every request instead of keeping it. }
unit ErpToken;

{$IFDEF FPC}{$MODE DELPHI}{$H+}{$ENDIF}

interface

uses
  SysUtils;

const
  ErpTokenLibrary = {$IFDEF MSWINDOWS}'erptoken.dll'{$ELSE}'liberptoken.so.1'{$ENDIF};

@CONSTANTS@
type
@TYPES@
  TErpBytes = array of Byte;

  /// <summary>Why a call failed; Message says what to do about it.</summary>
  EErpToken = class(Exception)
  private
    FStatus, FHttpStatus, FRetryAfter: Integer;
    FRetryable: Boolean;
    FServerCode: string;
  public
    /// <summary>Of the last failing call of this thread.</summary>
    constructor CreateLast(AStatus: Integer);
    /// <summary>Whether the same call may succeed later with nothing changed.</summary>
    function Retryable: Boolean;
    /// <summary>One of ERPTOKEN_E_*.</summary>
    property Status: Integer read FStatus;
    /// <summary>The HTTP status; 0: no answer came.</summary>
    property HttpStatus: Integer read FHttpStatus;
    /// <summary>The provider's own code, if it gave one.</summary>
    property ServerCode: string read FServerCode;
    /// <summary>After how many seconds to try again; 0: at once.</summary>
    property RetryAfter: Integer read FRetryAfter;
  end;

  /// <summary>What a handle of the library stands for; freed, it is closed.</summary>
  TErpObject = class
  private
    FHandle: Integer;
  public
    destructor Destroy; override;
    /// <summary>For the functions above.</summary>
    property Handle: Integer read FHandle;
  end;

  /// <summary>An answer to a request, any HTTP status; the caller frees it.</summary>
  TErpResponse = class(TErpObject)
  public
    constructor CreateOwning(AHandle: Integer);
    function Status: Integer;
    /// <summary>A header's value; ERPTOKEN_E_NOT_FOUND if there is none.</summary>
    function Header(const Name: string): string;
    /// <summary>The body as text, from the character set that it declares.</summary>
    function Text: string;
    /// <summary>A value of a JSON body: "/items/0/id".</summary>
    function Field(const Path: string): string;
    /// <summary>The body as it came.</summary>
    function Bytes: TErpBytes;
  end;

  /// <summary>An account at a provider.</summary>
  TErpAccount = class(TErpObject)
  private
    function GetOption(const Name: string): string;
  public
    /// <summary>'senior', 'invoisys', 'assine', or the absolute path of a profile.</summary>
    constructor Create(const Provider: string);
    /// <summary>Sets an option; an empty value is the default.</summary>
    procedure SetOption(const Name, Value: string);
    /// <summary>Account['username'] := ...; read, it is the field of that name of Info.</summary>
    property Options[const Name: string]: string read GetOption write SetOption; default;

    function Token: string;
    /// <summary>The header's value, 'Bearer ...', ready to be sent.</summary>
    function Authorization: string;
    procedure Renew;
    /// <summary>An API answered 401 to this token. False: it replaced a refused one a moment ago and is kept; the cause
    /// is a permission.</summary>
    function Reject(const Token: string): Boolean;
    procedure Logout;
    function Info(const Field: string): string;
    function InfoInt(const Field: string): Integer;

    function AppAllowed: Boolean;
    /// <summary>Creates an application token; its id.</summary>
    function AppCreate(const Expires: string): string;
    function AppToken(const Id: string): string;
    /// <summary>JSON, to be read with Field; the caller frees it.</summary>
    function AppList: TErpResponse;
    procedure AppRevoke(const Id: string);

    /// <summary>Sends a request with the token on it, renewed and repeated once on 401. Headers are lines of
    /// 'Name: value'. A text is sent as UTF-8, as JSON unless a header says otherwise. The caller frees the
    /// answer.</summary>
    function Request(const Method, Url: string; const Headers: string = '';
      const Body: string = ''): TErpResponse;
    function RequestBytes(const Method, Url, Headers: string; const Body: TErpBytes): TErpResponse;
    /// <summary>A report for support, without secrets; the caller frees it.</summary>
    function Diagnose: TErpResponse;
  end;

/// <summary>Sets an option of the process, or the default of an account option.</summary>
procedure ErpConfigure(const Option, Value: string);
/// <summary>What is wrong with a profile, and what it would send; nothing is sent. The caller frees it.</summary>
function ErpCheckProfile(const Path: string): TErpResponse;
/// <summary>Adds, changes or (level 0) removes a log callback; it must not raise.</summary>
procedure ErpLog(Callback: TErpLogLine; UserData: Pointer; Level: Integer);
/// <summary>Closes every handle and wipes every token: for the program, not for a plugin.</summary>
procedure ErpShutdown;
function ErpVersion: string;
/// <summary>Such as 'ERPTOKEN_E_NETWORK'.</summary>
function ErpStatusName(Status: Integer): string;
/// <summary>Raises EErpToken unless the status is ERPTOKEN_OK.</summary>
procedure ErpCheck(Status: Integer);

@FUNCTIONS@
implementation

type
  TErpWide = {$IFDEF UNICODE}string{$ELSE}WideString{$ENDIF};

  /// What is read into a buffer.
  TErpSource = (esToken, esAuthorization, esInfo, esAppToken, esHeader, esText, esField, esVersion, esStatusName,
    esErrorText, esServerCode);

// What cannot go over as it is: a password would be another one.
procedure Refuse(const What: string);
var
  Error: EErpToken;
begin
  Error := EErpToken.Create('A text ' + What + ': mend it where it comes from.');
  Error.FStatus := ERPTOKEN_E_ENCODING;
  raise Error;
end;

function ToWide(const S: string): TErpWide;
{$IF DEFINED(FPC) AND NOT DEFINED(MSWINDOWS)}
var
  Back: UTF8String;
begin
  Result := UTF8Decode(S); // The program may have no manager of wide strings.
  Back := UTF8Encode(Result);
  if (Length(Back) <> Length(S)) or not CompareMem(Pointer(Back), Pointer(S), Length(S)) then
    Refuse('is not UTF-8');
{$ELSE}
begin
  Result := S;
{$IFEND}
  if Pos(#0, S) > 0 then
    Refuse('has a #0 in it');
end;

function FromWide(Text: PWideChar; Count: Integer): string;
var
  Wide: TErpWide;
begin
  SetString(Wide, Text, Count);
{$IF DEFINED(FPC) AND NOT DEFINED(MSWINDOWS)}
  Result := UTF8Encode(Wide);
{$ELSE}
  Result := Wide;
{$IFEND}
end;

function Filled(Source: TErpSource; Handle: Integer; Argument: PWideChar; Buffer: PWideChar;
  var Count: Integer): Integer;
begin
  case Source of
    esToken: Result := erptokenw_get(Handle, Buffer, Count);
    esAuthorization: Result := erptokenw_authorization(Handle, Buffer, Count);
    esInfo: Result := erptokenw_info(Handle, Argument, Buffer, Count);
    esAppToken: Result := erptokenw_app_get(Handle, Argument, Buffer, Count);
    esHeader: Result := erptokenw_response_header(Handle, Argument, Buffer, Count);
    esText: Result := erptokenw_response_text(Handle, Buffer, Count);
    esField: Result := erptokenw_response_field(Handle, Argument, Buffer, Count);
    esVersion: Result := erptokenw_version(Buffer, Count);
    esStatusName: Result := erptokenw_status_name(Handle, Buffer, Count);
    esErrorText: Result := erptokenw_error_text(Buffer, Count);
  else
    Result := erptokenw_error_server_code(Buffer, Count);
  end;
end;

/// <summary>A text of whatever length; the status if there is none.</summary>
function TryRead(Source: TErpSource; Handle: Integer; const Argument: string; out Value: string): Integer;
var
  Buffer: array of WideChar;
  Capacity, Count: Integer;
  Wide: TErpWide;
begin
  Value := '';
  Wide := ToWide(Argument);
  Capacity := 1500; // Holds nearly every token, and every error text.
  repeat
    SetLength(Buffer, Capacity);
    Count := Capacity;
    Result := Filled(Source, Handle, PWideChar(Wide), @Buffer[0], Count);
    Capacity := Count;
  until Result <> ERPTOKEN_E_BUFFER;
  if Result = ERPTOKEN_OK then
    Value := FromWide(@Buffer[0], Count);
  FillChar(Buffer[0], Length(Buffer) * SizeOf(WideChar), 0);
end;

function ReadText(Source: TErpSource; Handle: Integer; const Argument: string): string;
begin
  ErpCheck(TryRead(Source, Handle, Argument, Result));
end;

procedure ErpCheck(Status: Integer);
begin
  if Status <> ERPTOKEN_OK then
    raise EErpToken.CreateLast(Status);
end;

procedure ErpConfigure(const Option, Value: string);
var
  WideOption, WideValue: TErpWide;
begin
  WideOption := ToWide(Option);
  WideValue := ToWide(Value);
  ErpCheck(erptokenw_configure(PWideChar(WideOption), PWideChar(WideValue)));
end;

procedure ErpLog(Callback: TErpLogLine; UserData: Pointer; Level: Integer);
begin
  ErpCheck(erptokenw_log(Callback, UserData, Level));
end;

function ErpCheckProfile(const Path: string): TErpResponse;
var
  WidePath: TErpWide;
  Response: Integer;
begin
  WidePath := ToWide(Path);
  Response := 0;
  ErpCheck(erptokenw_check_profile(PWideChar(WidePath), Response));
  Result := TErpResponse.CreateOwning(Response);
end;

procedure ErpShutdown;
begin
  ErpCheck(erptokenw_shutdown);
end;

function ErpVersion: string;
begin
  Result := ReadText(esVersion, 0, '');
end;

function ErpStatusName(Status: Integer): string;
begin
  if TryRead(esStatusName, Status, '', Result) <> ERPTOKEN_OK then
    Result := IntToStr(Status);
end;

{ EErpToken }

constructor EErpToken.CreateLast(AStatus: Integer);
var
  Text: string;
begin
  // All of these leave the last error as it is.
  TryRead(esErrorText, 0, '', Text);
  inherited Create(Text);
  FStatus := AStatus;
  FHttpStatus := erptokenw_error_http_status;
  FRetryAfter := erptokenw_error_retry_after;
  FRetryable := erptokenw_error_retryable <> 0;
  TryRead(esServerCode, 0, '', FServerCode);
end;

function EErpToken.Retryable: Boolean;
begin
  Result := FRetryable;
end;

{ TErpObject }

destructor TErpObject.Destroy;
begin
  erptokenw_close(FHandle); // 0 is nothing; one that a shutdown closed is refused, and no harm done.
  inherited;
end;

{ TErpResponse }

constructor TErpResponse.CreateOwning(AHandle: Integer);
begin
  inherited Create;
  FHandle := AHandle;
end;

function TErpResponse.Status: Integer;
begin
  Result := 0;
  ErpCheck(erptokenw_response_status(FHandle, Result));
end;

function TErpResponse.Header(const Name: string): string;
begin
  Result := ReadText(esHeader, FHandle, Name);
end;

function TErpResponse.Text: string;
begin
  Result := ReadText(esText, FHandle, '');
end;

function TErpResponse.Field(const Path: string): string;
begin
  Result := ReadText(esField, FHandle, Path);
end;

function TErpResponse.Bytes: TErpBytes;
var
  Count, Status: Integer;
begin
  Result := nil;
  Count := 0;
  Status := erptokenw_response_bytes(FHandle, nil, Count);
  if Status = ERPTOKEN_E_BUFFER then
  begin
    SetLength(Result, Count);
    Status := erptokenw_response_bytes(FHandle, @Result[0], Count);
  end;
  ErpCheck(Status);
end;

{ TErpAccount }

constructor TErpAccount.Create(const Provider: string);
var
  Wide: TErpWide;
begin
  inherited Create;
  if erptokenw_abi_version div 1000 <> ERPTOKEN_ABI_VERSION div 1000 then
    raise Exception.CreateFmt('%s has another interface (%d) than this program was made for (%d)',
      [ErpTokenLibrary, erptokenw_abi_version, ERPTOKEN_ABI_VERSION]);
  Wide := ToWide(Provider);
  ErpCheck(erptokenw_open(PWideChar(Wide), FHandle));
end;

procedure TErpAccount.SetOption(const Name, Value: string);
var
  WideName, WideValue: TErpWide;
begin
  WideName := ToWide(Name);
  WideValue := ToWide(Value);
  ErpCheck(erptokenw_set(FHandle, PWideChar(WideName), PWideChar(WideValue)));
end;

function TErpAccount.GetOption(const Name: string): string;
begin
  Result := Info(Name);
end;

function TErpAccount.Token: string;
begin
  Result := ReadText(esToken, FHandle, '');
end;

function TErpAccount.Authorization: string;
begin
  Result := ReadText(esAuthorization, FHandle, '');
end;

procedure TErpAccount.Renew;
begin
  ErpCheck(erptokenw_renew(FHandle));
end;

function TErpAccount.Reject(const Token: string): Boolean;
var
  Wide: TErpWide;
  Status: Integer;
begin
  Wide := ToWide(Token);
  Status := erptokenw_reject(FHandle, PWideChar(Wide));
  Result := Status <> ERPTOKEN_E_REFUSED_AGAIN;
  if Result then
    ErpCheck(Status);
end;

procedure TErpAccount.Logout;
begin
  ErpCheck(erptokenw_logout(FHandle));
end;

function TErpAccount.Info(const Field: string): string;
begin
  Result := ReadText(esInfo, FHandle, Field);
end;

function TErpAccount.InfoInt(const Field: string): Integer;
var
  Wide: TErpWide;
begin
  Result := 0;
  Wide := ToWide(Field);
  ErpCheck(erptokenw_info_int(FHandle, PWideChar(Wide), Result));
end;

function TErpAccount.AppAllowed: Boolean;
var
  Allowed: Integer;
begin
  Allowed := 0;
  ErpCheck(erptokenw_app_check(FHandle, Allowed));
  Result := Allowed <> 0;
end;

function TErpAccount.AppCreate(const Expires: string): string;
var
  Wide: TErpWide;
  Buffer: array[0..ERPTOKEN_ID_SIZE - 1] of WideChar;
  Count: Integer;
begin
  Wide := ToWide(Expires);
  // Once, with room for every id: a creation is never repeated blindly.
  Count := ERPTOKEN_ID_SIZE;
  ErpCheck(erptokenw_app_create(FHandle, PWideChar(Wide), @Buffer[0], Count));
  Result := FromWide(@Buffer[0], Count);
end;

function TErpAccount.AppToken(const Id: string): string;
begin
  Result := ReadText(esAppToken, FHandle, Id);
end;

function TErpAccount.AppList: TErpResponse;
var
  Response: Integer;
begin
  Response := 0;
  ErpCheck(erptokenw_app_list(FHandle, Response));
  Result := TErpResponse.CreateOwning(Response);
end;

procedure TErpAccount.AppRevoke(const Id: string);
var
  Wide: TErpWide;
begin
  Wide := ToWide(Id);
  ErpCheck(erptokenw_app_revoke(FHandle, PWideChar(Wide)));
end;

function Sent(Handle: Integer; const Method, Url, Headers: TErpWide; Body: Pointer; Count: Integer): TErpResponse;
var
  Response: Integer;
begin
  Response := 0;
  ErpCheck(erptokenw_request(Handle, PWideChar(Method), PWideChar(Url), PWideChar(Headers), Body, Count, Response));
  Result := TErpResponse.CreateOwning(Response);
end;

function TErpAccount.Request(const Method, Url, Headers, Body: string): TErpResponse;
var
  Wide: TErpWide;
  Count: Integer;
begin
  Wide := ToWide(Body);
  Count := 0;
  if Wide <> '' then
    Count := -1; // A text with its NUL.
  Result := Sent(FHandle, ToWide(Method), ToWide(Url), ToWide(Headers), PWideChar(Wide), Count);
end;

function TErpAccount.RequestBytes(const Method, Url, Headers: string; const Body: TErpBytes): TErpResponse;
begin
  Result := Sent(FHandle, ToWide(Method), ToWide(Url), ToWide(Headers), Pointer(Body), Length(Body));
end;

function TErpAccount.Diagnose: TErpResponse;
var
  Response: Integer;
begin
  Response := 0;
  ErpCheck(erptokenw_diagnose(FHandle, Response));
  Result := TErpResponse.CreateOwning(Response);
end;

end.
