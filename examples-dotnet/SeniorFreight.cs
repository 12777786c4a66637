// SeniorFreight: the freights that Senior's platform knows, asked for with a token that the library takes care of.
//
// Shows    ErpAccount and Request: log in, send, read JSON. TLS 1.2 and 1.3 also where the .NET Framework has none.
// Prints   the HTTP status, the city and value of the first freight, and how often the library logged in (once).
//
// Put your own user and password in, and leave the line with "base_url" out.
using System;
using ErpToken;

internal static class SeniorFreight
{
    private static int Main()
    {
        try
        {
            using (var account = new ErpAccount("senior"))
            {
                account["username"] = "admin@empresa.com.br";
                account["password"] = "senhaUsuario";
                account["base_url"] = Environment.GetEnvironmentVariable("ERPTOKEN_SANDBOX_SENIOR"); // Only for trying it out.

                // An address that begins with "/" is appended to the environment's own.
                using (var answer = account.Request("GET", "/tms/freights"))
                {
                    Console.WriteLine("HTTP {0}", answer.Status);
                    Console.WriteLine("first freight: {0}, {1}",
                        answer.GetField("/freights/0/city"), answer.GetField("/freights/0/value"));
                }
                int logins = account.GetInfoInt("logins");
                Console.WriteLine("logins: {0}", logins);
                return logins == 1 ? 0 : 1;
            }
        }
        catch (ErpTokenException e)
        {
            Console.Error.WriteLine("{0}: {1}", e.Status, e.Message);
            if (e.IsRetryable) Console.Error.WriteLine("  worth another try in {0}", e.RetryAfter);
            return 1;
        }
    }
}
