import erptoken.ErpToken;

/** A token by the class of the jar, with the library in it. */
final class Login {
    public static void main(String[] arguments) {
        try (ErpToken account = new ErpToken("senior")) {
            account.set("username", "admin@empresa.com.br").set("password", "senhaUsuario");
            account.set("base_url", System.getenv("ERPTOKEN_SANDBOX_SENIOR"));
            System.out.println("a token of " + account.get().length() + " characters");
        }
    }
}
