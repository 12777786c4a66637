// InvoisysRenewal: an API refuses a token that should be good; the program goes on with another one.
//
// Shows    ErpTokenHandler, which puts the token on the requests of an HttpClient, renews it and repeats the request on a
//          401. (account.Request does the same without an HttpClient.)
// Prints   two answers about an invoice: one at once, one whose token was revoked at the provider before.
//
// Tokens that come to their end are no reason for this: they are renewed in time.
using System;
using System.Net.Http;
using ErpToken;

internal static class InvoisysRenewal
{
    private static int Main()
    {
        string address = Environment.GetEnvironmentVariable("ERPTOKEN_SANDBOX_INVOISYS");
        string sandbox = Environment.GetEnvironmentVariable("ERPTOKEN_SANDBOX_HTTP");
        string invoice = address + "/api/nfe/getbychave/35210112345678000195550010000000011000000017";
        try
        {
            using (var account = new ErpAccount("invoisys"))
            // The token goes to the hosts named here, and nowhere else.
            using (var http = new HttpClient(new ErpTokenHandler(account, new Uri(address).Host)))
            {
                account["username"] = "email@email.com.br";
                account["password"] = "senha do usu\u00e1rio";
                account["base_url"] = address; // Only for trying it out.

                Console.WriteLine(http.GetStringAsync(invoice).Result);
                // Only here: the provider forgets the token behind our back.
                using (var plain = new HttpClient())
                    plain.PostAsync(sandbox + "/_sandbox/expire", new StringContent("")).Result.EnsureSuccessStatusCode();
                Console.WriteLine(http.GetStringAsync(invoice).Result);
                // What was sent is sent again in full.
                var answer = http.PostAsync(invoice, new StringContent("{\"chave\":1}")).Result;
                Console.WriteLine("HTTP {0}: {1}", (int)answer.StatusCode, answer.Content.ReadAsStringAsync().Result);

                int logins = account.GetInfoInt("logins");
                Console.WriteLine("logins: {0}", logins);
                return logins == 2 ? 0 : 1;
            }
        }
        catch (AggregateException e)
        {
            Console.Error.WriteLine(e.InnerException);
            return 1;
        }
        catch (ErpTokenException e)
        {
            Console.Error.WriteLine("{0}: {1}", e.Status, e.Message);
            return 1;
        }
    }
}
