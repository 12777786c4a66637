// AssineApplication: an application token of assine.online, for a program that runs unattended.
//
// Shows    IsAppAllowed, CreateApp, GetAppToken, ListApps and RevokeApp of ErpAccount.
// Prints   the id of a new application token, its length, how many there are, and that it is gone at the end.
//
// The provider shows such a token once. The library keeps it: with the process option "store" beyond the program's end,
// else until then.
using System;
using ErpToken;

internal static class AssineApplication
{
    private static int Main()
    {
        try
        {
            using (var account = new ErpAccount("assine"))
            {
                account["username"] = "siletic225@xhyemail.com";
                account["password"] = "INFORME_SENHA";
                account["base_url"] = Environment.GetEnvironmentVariable("ERPTOKEN_SANDBOX_ASSINE"); // Only for trying it out.

                if (!account.IsAppAllowed())
                {
                    Console.Error.WriteLine("only a company's account may create application tokens");
                    return 1;
                }
                string id = account.CreateApp("30"); // Days.
                Console.WriteLine("token {0} of {1} characters", id, account.GetAppToken(id).Length);
                using (var list = account.ListApps())
                    Console.WriteLine("application tokens: {0}", list.GetField("/count"));
                account.RevokeApp(id);
                try
                {
                    account.GetAppToken(id);
                    return 1;
                }
                catch (ErpTokenException e)
                {
                    if (e.Status != ErpTokenStatus.NotFound) throw;
                    Console.WriteLine("revoked");
                    return 0;
                }
            }
        }
        catch (ErpTokenException e)
        {
            Console.Error.WriteLine("{0}: {1}", e.Status, e.Message);
            return 1;
        }
    }
}
