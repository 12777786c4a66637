// A token by the classes of the package, and an error told by them.
using System;
using ErpToken;

internal static class Login
{
    private static int Main()
    {
        using (var account = new ErpAccount("senior"))
        {
            account["username"] = "admin@empresa.com.br";
            account["password"] = "senhaUsuario";
            account["base_url"] = Environment.GetEnvironmentVariable("ERPTOKEN_SANDBOX_SENIOR");
            Console.WriteLine("a token of {0} characters", account.GetToken().Length);
        }
        try
        {
            new ErpAccount("nobody");
            return 1;
        }
        catch (ErpTokenException e)
        {
            return e.Status == ErpTokenStatus.Provider && e.Message.Contains("nobody") ? 0 : 2;
        }
    }
}
