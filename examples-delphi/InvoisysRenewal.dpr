{ InvoisysRenewal: an API refuses a token that should be good; the program goes on with another one.

  Shows    Request, which renews and repeats by itself on a 401; and Authorization with Reject, for programs that send
           with a component of their own (Indy, THTTPClient, WinHttp).
  Prints   two answers about an invoice: one at once, one whose token was revoked at the provider before.

  Tokens that come to their end are no reason for this: they are renewed in time. }
program InvoisysRenewal;

{$IFDEF FPC}{$MODE DELPHI}{$H+}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  SysUtils, ErpToken;

const
  // An accent in the code page that Delphi 7 has; Free Pascal on Linux has UTF-8. Unicode Delphi takes the first one.
  Password = {$IFDEF MSWINDOWS}'senha do usu'#$E1'rio'{$ELSE}'senha do usu'#$C3#$A1'rio'{$ENDIF};
  Invoice = '/nfe/getbychave/35210112345678000195550010000000011000000017';

{ With a component of your own: what to do when it answers 401. True: send again with the new value. }
function NewHeader(Account: TErpAccount; var Header: string): Boolean;
begin
  // False: this token replaced a refused one a moment ago. The user lacks a permission; show the answer to a person.
  Result := Account.Reject(Header);
  if Result then
    Header := Account.Authorization; // A login, for all threads that wait for it.
end;

procedure Ask(Account: TErpAccount);
var
  Answer: TErpResponse;
begin
  Answer := Account.Request('GET', Invoice);
  try
    WriteLn('HTTP ', Answer.Status, ': ', Answer.Field('/situacao'));
  finally
    Answer.Free;
  end;
end;

{ Tells the sandbox to forget every token; no provider has such an address. }
procedure ForgetTokens;
var
  Sandbox: TErpAccount;
begin
  Sandbox := TErpAccount.Create('invoisys');
  try
    Sandbox['base_url'] := GetEnvironmentVariable('ERPTOKEN_SANDBOX_HTTP');
    Sandbox['access_token'] := 'none';
    Sandbox.Request('POST', GetEnvironmentVariable('ERPTOKEN_SANDBOX_HTTP') + '/_sandbox/expire').Free;
  finally
    Sandbox.Free;
  end;
end;

var
  Account: TErpAccount;
  Header: string;
begin
  ExitCode := 1;
  try
    Account := TErpAccount.Create('invoisys');
    try
      Account['username'] := 'email@email.com.br';
      Account['password'] := Password;
      Account['base_url'] := GetEnvironmentVariable('ERPTOKEN_SANDBOX_INVOISYS'); // Only for trying it out.
      Ask(Account);

      ForgetTokens;
      Ask(Account); // Renewed and repeated, unseen.
      WriteLn('logins: ', Account.InfoInt('logins'));

      // A minute must pass before a token that replaced a refused one is dropped again.
      Header := Account.Authorization;
      if NewHeader(Account, Header) then
        WriteLn('surprise: another token')
      else if Account.InfoInt('logins') = 2 then
      begin
        WriteLn('the token stays: it is new, so a permission is missing');
        ExitCode := 0;
      end;
    finally
      Account.Free;
    end;
  except
    on E: Exception do
      WriteLn(ErrOutput, E.ClassName, ': ', E.Message);
  end;
end.
