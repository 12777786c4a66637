// A token in Java, by erptoken/ErpToken.java (include/java) and JNA. Prints its length.
// Put your own user and password in, and leave out what sets "base_url".

import erptoken.ErpToken;

public final class ErpExample {
    public static void main(String[] arguments) {
        try (ErpToken account = new ErpToken("senior")) {
            account.set("username", "admin@empresa.com.br").set("password", "senhaUsuario");
            account.set("base_url", System.getenv("ERPTOKEN_SANDBOX_SENIOR")); // Only for trying it out.
            System.out.println("a token of " + account.get().length() + " characters");
            try (ErpToken.Response answer = account.request("GET", "/tms/freights")) {
                System.out.println("first freight: " + answer.field("/freights/0/city") + ", " + answer.field("/freights/0/value"));
            }
        } catch (ErpToken.ErpException e) {
            System.err.println(e.status + ": " + e.getMessage());
            System.exit(1);
        }
    }
}
