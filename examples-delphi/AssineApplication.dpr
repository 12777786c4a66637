{ AssineApplication: an application token of assine.online, for a program that runs unattended.

  Shows    AppAllowed, AppCreate, AppToken, AppList and AppRevoke of TErpAccount.
  Prints   the id of a new application token, its length, how many there are, and that it is gone at the end.

  The provider shows such a token once. The library keeps it: with the process option 'store' beyond the program's end,
  else until then. }
program AssineApplication;

{$IFDEF FPC}{$MODE DELPHI}{$H+}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  SysUtils, ErpToken;

var
  Account: TErpAccount;
  List: TErpResponse;
  Id: string;
begin
  ExitCode := 1;
  try
    Account := TErpAccount.Create('assine');
    try
      Account['username'] := 'siletic225@xhyemail.com';
      Account['password'] := 'INFORME_SENHA';
      Account['base_url'] := GetEnvironmentVariable('ERPTOKEN_SANDBOX_ASSINE'); // Only for trying it out.

      if not Account.AppAllowed then
        raise Exception.Create('only a company''s account may create application tokens');
      Id := Account.AppCreate('30'); // Days.
      WriteLn('token ', Id, ' of ', Length(Account.AppToken(Id)), ' characters');

      List := Account.AppList;
      try
        WriteLn('application tokens: ', List.Field('/count'));
      finally
        List.Free;
      end;

      Account.AppRevoke(Id);
      try
        Account.AppToken(Id);
      except
        on E: EErpToken do
          if E.Status = ERPTOKEN_E_NOT_FOUND then
          begin
            WriteLn('revoked');
            ExitCode := 0;
          end;
      end;
    finally
      Account.Free;
    end;
  except
    on E: Exception do
      WriteLn(ErrOutput, E.ClassName, ': ', E.Message);
  end;
end.
