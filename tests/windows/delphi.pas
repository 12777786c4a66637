{ As a Delphi program calls the library: floating-point exceptions are unmasked, so that what goes wrong in anybody's
  calculation raises, and real work is done between the calls. }
program delphi;

{$APPTYPE CONSOLE}

uses SysUtils, Math, Classes;

const
  Library_ = 'erptoken.dll';

function erptoken_open(provider: PAnsiChar; out account: LongInt): LongInt; cdecl; external Library_;
function erptoken_set(account: LongInt; option, value: PAnsiChar): LongInt; cdecl; external Library_;
function erptoken_get(account: LongInt; buffer: PAnsiChar; var length: LongInt): LongInt; cdecl; external Library_;
function erptoken_renew(account: LongInt): LongInt; cdecl; external Library_;
function erptoken_reject(account: LongInt; token: PAnsiChar): LongInt; cdecl; external Library_;
function erptoken_logout(account: LongInt): LongInt; cdecl; external Library_;
function erptoken_close(handle: LongInt): LongInt; cdecl; external Library_;
function erptoken_configure(option, value: PAnsiChar): LongInt; cdecl; external Library_;
function erptoken_error_text(buffer: PAnsiChar; var length: LongInt): LongInt; cdecl; external Library_;
function erptoken_shutdown: LongInt; cdecl; external Library_;

var
  Zero: Double = 0;

procedure Check(Condition: Boolean; const What: string);
begin
  if not Condition then
    raise Exception.Create(What);
end;

procedure Ok(Status: LongInt; const What: string);
var
  Text: array[0..1200] of AnsiChar;
  Length: LongInt;
begin
  if Status = 0 then
    Exit;
  Length := SizeOf(Text);
  erptoken_error_text(Text, Length);
  raise Exception.CreateFmt('%s: %d: %s', [What, Status, string(Text)]);
end;

{ Still unmasked: a division by zero raises here, and is this program's own. }
procedure StillRaises(const After: string);
var
  Raised: Boolean;
begin
  Raised := False;
  try
    if 1 / Zero > 0 then
      Raised := False;
  except
    on EZeroDivide do
      Raised := True;
  end;
  Check(Raised, After + ': exceptions are masked');
end;

function Token(Account: LongInt): AnsiString;
var
  Buffer: array[0..4095] of AnsiChar;
  Length: LongInt;
begin
  Length := SizeOf(Buffer);
  Ok(erptoken_get(Account, Buffer, Length), 'erptoken_get');
  SetString(Result, PAnsiChar(@Buffer), Length);
end;

procedure Work(Alone: Boolean);
var
  Account: LongInt;
  First, Second: AnsiString;
begin
  Ok(erptoken_open('senior', Account), 'erptoken_open');
  Ok(erptoken_set(Account, 'base_url', PAnsiChar(AnsiString(GetEnvironmentVariable('ERPTOKEN_SENIOR_HTTPS')))), 'base_url');
  Ok(erptoken_set(Account, 'ca_file', PAnsiChar(AnsiString(GetEnvironmentVariable('ERPTOKEN_CA')))), 'ca_file');
  Ok(erptoken_set(Account, 'username', 'admin@empresa.com.br'), 'username');
  Ok(erptoken_set(Account, 'password', 'senhaUsuario'), 'password');
  First := Token(Account);
  StillRaises('a login');
  Check(Token(Account) = First, 'another token from the cache');
  StillRaises('a hit');
  if Alone then
  begin
    Ok(erptoken_reject(Account, PAnsiChar(First)), 'erptoken_reject');
    Second := Token(Account);
    Check(Second <> First, 'the rejected token again');
    StillRaises('a renewal');
    Ok(erptoken_logout(Account), 'erptoken_logout');
    Ok(erptoken_renew(Account), 'erptoken_renew');
    StillRaises('a login that was asked for');
  end;
  Check(erptoken_get(123456, nil, Account) < 0, 'a handle that is none');
  StillRaises('a failure');
  Ok(erptoken_close(Account), 'erptoken_close');
end;

type
  TWorker = class(TThread)
    Failure: string;
    procedure Execute; override;
  end;

procedure TWorker.Execute;
begin
  try
    SetExceptionMask([]);
    Work(False);
  except
    on E: Exception do
      Failure := E.Message;
  end;
end;

var
  Workers: array[1..4] of TWorker;
  I: Integer;
  Failed: string;
begin
  try
    SetExceptionMask([]);
    StillRaises('nothing');
    Work(True);
    { The caller's own thread does everything. }
    Ok(erptoken_shutdown, 'erptoken_shutdown');
    Ok(erptoken_configure('background', '0'), 'background');
    Work(True);
    Ok(erptoken_configure('background', nil), 'background');
    for I := Low(Workers) to High(Workers) do
      Workers[I] := TWorker.Create(False);
    for I := Low(Workers) to High(Workers) do
    begin
      Workers[I].WaitFor;
      if Workers[I].Failure <> '' then
        Failed := Workers[I].Failure;
    end;
    Check(Failed = '', Failed);
    Ok(erptoken_shutdown, 'erptoken_shutdown');
  except
    on E: Exception do
    begin
      Writeln(E.ClassName, ': ', E.Message);
      Halt(1);
    end;
  end;
end.
