{ SeniorFreight: the freights that Senior's platform knows, asked for with a token that the library takes care of.

  Shows    TErpAccount and Request: log in, send, read JSON. One program for Delphi 7 and newer and Free Pascal.
  Prints   the HTTP status, the city and value of the first freight, and how often the library logged in (once).

  Put your own user and password in, and leave the line with 'base_url' out. }
program SeniorFreight;

{$IFDEF FPC}{$MODE DELPHI}{$H+}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  SysUtils, ErpToken;

var
  Account: TErpAccount;
  Answer: TErpResponse;
begin
  ExitCode := 1;
  try
    Account := TErpAccount.Create('senior');
    try
      Account['username'] := 'admin@empresa.com.br';
      Account['password'] := 'senhaUsuario';
      Account['base_url'] := GetEnvironmentVariable('ERPTOKEN_SANDBOX_SENIOR'); // Only for trying it out.

      // An address that begins with '/' is appended to the environment's own.
      Answer := Account.Request('GET', '/tms/freights');
      try
        WriteLn('HTTP ', Answer.Status);
        WriteLn('first freight: ', Answer.Field('/freights/0/city'), ', ', Answer.Field('/freights/0/value'));
      finally
        Answer.Free;
      end;
      WriteLn('logins: ', Account.InfoInt('logins'));
      if Account.InfoInt('logins') = 1 then
        ExitCode := 0;
    finally
      Account.Free;
    end;
  except
    on E: EErpToken do
    begin
      WriteLn(ErrOutput, ErpStatusName(E.Status), ': ', E.Message);
      if E.Retryable then
        WriteLn(ErrOutput, '  worth another try in ', E.RetryAfter, ' s');
    end;
    on E: Exception do
      WriteLn(ErrOutput, E.ClassName, ': ', E.Message);
  end;
end.
