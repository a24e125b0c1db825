package im.gatehouse.account;
import im.gatehouse.time.Time;
import java.net.InetAddress;
public final class SignInThrottle {
    public SignInThrottle(Time time) {}
    public boolean refuses(InetAddress address) { return false; }
    public void failed(InetAddress address) {}
}
