package project_360;

import java.io.IOException;
import java.io.RandomAccessFile;

/** Counts refused logins: a line for each in the file refused_logins of P360_HOME, where the server works. */
public final class Refusals {
    private static final long MOST_BYTES = 1 << 20; // Who knocks for days must not fill the disk.

    private Refusals() {}

    /** Notes when a door refused somebody; neither a name nor a password, since both may be secrets. */
    public static synchronized void note(String door) {
        try {
            RandomAccessFile file = new RandomAccessFile("refused_logins", "rw");
            try {
                if (file.length() < MOST_BYTES) {
                    file.seek(file.length());
                    file.writeBytes(System.currentTimeMillis() + " " + door + "\n");
                }
            } finally {
                file.close();
            }
        } catch (IOException error) {
            // Whether it could be counted or not, the login is refused.
        }
    }
}
