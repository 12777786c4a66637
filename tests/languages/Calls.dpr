{ What a host in Pascal may do to the library, with every floating-point exception unmasked. Silent when all is well. }
program Calls;

{$IFDEF FPC}{$MODE DELPHI}{$H+}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  SysUtils, Math, ErpToken;

const
  // e with an acute accent, in the code page of Windows and in UTF-8.
  Accented = {$IFDEF MSWINDOWS}'jos'#$E9'@empresa.com.br'{$ELSE}'jos'#$C3#$A9'@empresa.com.br'{$ENDIF};

var
  Zero: Double = 0;
  Lines, Reentrant, Trapped: Integer;
  Worst: Integer;

procedure Check(Condition: Boolean; const What: string);
begin
  if not Condition then
  begin
    WriteLn('failed: ', What);
    Halt(1);
  end;
end;

{ The program's own mistakes still raise here: its floating-point state is as it was. }
function Traps: Boolean;
begin
  Result := False;
  try
    if 1 / Zero > 0 then
      Result := False;
  except
    on EZeroDivide do
      Result := True;
  end;
end;

function Sandbox(const Provider: string): string;
begin
  Result := GetEnvironmentVariable('ERPTOKEN_SANDBOX_' + UpperCase(Provider));
  Check(Result <> '', 'the environment has no address of ' + Provider);
end;

function Opened(const User, Password: string): TErpAccount;
begin
  Result := TErpAccount.Create('senior');
  Result['username'] := User;
  Result['password'] := Password;
  Result['base_url'] := Sandbox('senior');
end;

procedure Line(level: Integer; line: PWideChar; user_data: Pointer);
  {$IFDEF MSWINDOWS}stdcall{$ELSE}cdecl{$ENDIF};
begin
  Inc(Lines);
  if (level < 1) or (level > Worst) or (line^ = #0) or (user_data <> @Lines) then
    Halt(3);
  if Traps then
    Inc(Trapped);
  if erptokenw_renew(1) = ERPTOKEN_E_REENTRANT then
    Inc(Reentrant);
end;

procedure ShortBuffers(Account: TErpAccount);
var
  Buffer: array[0..4095] of WideChar;
  Capacity, Count, Needed, Status, I: Integer;
begin
  Needed := 0;
  Check(erptokenw_get(Account.Handle, nil, Needed) = ERPTOKEN_E_BUFFER, 'asking for the size');
  Check((Needed > 1) and (Needed < 4000), 'the size');
  for Capacity := 0 to Needed + 1 do
  begin
    for I := 0 to 4095 do
      Buffer[I] := WideChar($A5A5);
    Count := Capacity;
    Status := erptokenw_get(Account.Handle, @Buffer[0], Count);
    if Capacity < Needed then
      Check((Status = ERPTOKEN_E_BUFFER) and (Count = Needed), 'a buffer that is too small')
    else
      Check((Status = ERPTOKEN_OK) and (Count = Needed - 1) and (Buffer[Count] = #0), 'a buffer that is large enough');
    for I := Min(Capacity, Needed) to 4095 do
      Check(Buffer[I] = WideChar($A5A5), 'a byte beyond the buffer');
  end;
  Check(erptokenw_get(Account.Handle, nil, Capacity) = ERPTOKEN_E_ARGUMENT, 'no buffer');
end;

procedure Failures;
var
  Account: TErpAccount;
  Handle: Integer;
begin
  Account := Opened('ninguem@empresa.com.br', 'errada');
  try
    try
      Account.Token;
      Check(False, 'a wrong password');
    except
      on E: EErpToken do
      begin
        Check(E.Status = ERPTOKEN_E_CREDENTIALS, 'the status: ' + IntToStr(E.Status) + ' ' + E.Message);
        Check(E.HttpStatus = 401, 'the HTTP status');
        Check((E.ServerCode <> '') and (Length(E.Message) > 20), 'the words of a failure');
        Check(not E.Retryable and (ErpStatusName(E.Status) = 'ERPTOKEN_E_CREDENTIALS'), 'what to do about a failure');
      end;
    end;
    Handle := Account.Handle;
  finally
    Account.Free;
  end;
  Check(erptokenw_renew(Handle) = ERPTOKEN_E_HANDLE, 'a closed handle');
  Check(erptokenw_close(Handle) = ERPTOKEN_E_HANDLE, 'a handle closed twice');
  Check(erptokenw_renew(-7) = ERPTOKEN_E_HANDLE, 'an invented handle');
  try
    TErpAccount.Create('nobody').Free;
    Check(False, 'an unknown provider');
  except
    on E: EErpToken do
      Check(E.Status = ERPTOKEN_E_PROVIDER, 'the status of an unknown provider');
  end;
{$IFNDEF MSWINDOWS}
  try
    ErpConfigure('proxy', 'jos'#$E9);
    Check(False, 'a text that is no UTF-8');
  except
    on E: EErpToken do
      Check(E.Status = ERPTOKEN_E_ENCODING, 'the status of a text that is no UTF-8');
  end;
{$ENDIF}
  try
    ErpConfigure('proxy', 'a'#0'b');
    Check(False, 'a text that would be cut');
  except
    on E: EErpToken do
      Check(E.Status = ERPTOKEN_E_ENCODING, 'the status of a text that would be cut');
  end;
  try
    ErpConfigure('colour', 'blue');
    Check(False, 'an unknown option');
  except
    on E: EErpToken do
      Check(E.Status = ERPTOKEN_E_OPTION, 'the status of an unknown option');
  end;
end;

procedure Log(Account: TErpAccount);
var
  Before: Integer;
begin
  Worst := 4;
  ErpLog(Line, @Lines, 4);
  Account.Renew;
  Check(Lines > 0, 'no line');
  Check((Reentrant = Lines) and (Trapped = Lines), 'inside the callback');
  ErpLog(Line, @Lines, 0);
  Before := Lines;
  Account.Renew;
  Check(Lines = Before, 'a line after the callback was removed');
end;

procedure Requests(Account: TErpAccount);
const
  Body: array[0..3] of Byte = (0, 255, 13, 10);
var
  Answer: TErpResponse;
  Bytes: TErpBytes;
  I: Integer;
begin
  Answer := Account.Request('POST', '/tms/freights', 'X-Erp: 1'#13#10'X-Other: 2', '{"nome":"' + Accented + '"}');
  try
    Check(Answer.Status = 201, 'the status of a request');
    Check(Answer.Field('/text') = '{"nome":"' + Accented + '"}', 'the body as it arrived: ' + Answer.Text);
    Check(Answer.Field('/content_type') = 'application/json', 'the type of a text');
    Check(Pos(Accented, Answer.Field('/text')) > 0, 'an accent in the answer');
    Bytes := Answer.Bytes;
    Check((Length(Bytes) > 20) and (Bytes[0] = Ord('{')), 'the bytes of the answer');
    try
      Answer.Header('X-None');
      Check(False, 'a header that is not there');
    except
      on E: EErpToken do
        Check(E.Status = ERPTOKEN_E_NOT_FOUND, 'the status of a header that is not there');
    end;
  finally
    Answer.Free;
  end;
  SetLength(Bytes, 4);
  for I := 0 to 3 do
    Bytes[I] := Body[I];
  Answer := Account.RequestBytes('POST', '/tms/freights', 'Content-Type: application/octet-stream', Bytes);
  try
    Check(Answer.Field('/length') = '4', 'bytes as they are');
  finally
    Answer.Free;
  end;
end;

var
  Account, Same: TErpAccount;
begin
  SetExceptionMask([]); // More than Delphi unmasks.
  Check(Traps, 'this processor does not trap');

  Account := Opened('admin@empresa.com.br', 'senhaUsuario');
  Log(Account);
  Check(Length(Account.Token) = 32, 'the token');
  Check(Account.Authorization = 'Bearer ' + Account.Token, 'the header');
  Check(Account['username'] = 'admin@empresa.com.br', 'the user');
  ShortBuffers(Account);
  Requests(Account);
  Check(Traps and (GetExceptionMask = []), 'the floating-point state');

  Same := Opened('admin@empresa.com.br', 'senhaUsuario');
  Check((Same.Token = Account.Token) and (Same.InfoInt('logins') = 1), 'one login for both');
  Same['username'] := Accented;
  Check(Same['username'] = Accented, 'an accent');
  Same.Free;

  Failures;
  Account.Logout;
  Account.Free;
  Check(ErpVersion <> '', 'the version');
  ErpShutdown;
  Check(Traps and (GetExceptionMask = []), 'the floating-point state at the end');
end.
