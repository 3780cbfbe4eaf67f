package project_360;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;
import java.security.MessageDigest;
import javax.security.sasl.AuthenticationException;
import org.apache.hive.service.auth.PasswdAuthenticationProvider;

/** Lets whoever knows the secret of this P360_HOME into the Thrift Server. */
public final class Login implements PasswdAuthenticationProvider {
    public void Authenticate(String user, String password) throws AuthenticationException {
        String secret;
        try {
            byte[] read = Files.readAllBytes(Paths.get(System.getProperty("p360.login.file"), new String[0]));
            secret = new String(read, StandardCharsets.UTF_8).trim();
        } catch (IOException error) {
            throw new AuthenticationException("the server cannot read its login");
        }
        byte[] expected = secret.getBytes(StandardCharsets.UTF_8);
        byte[] given = String.valueOf(password).getBytes(StandardCharsets.UTF_8);
        if (secret.isEmpty() || !"p360".equals(user) || !MessageDigest.isEqual(expected, given)) {
            Refusals.note("thrift");
            throw new AuthenticationException("user or password is wrong");
        }
    }
}
