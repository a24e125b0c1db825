package im.gatehouse.modules.invites;

/** What the module that makes accounts provides: whether those who are invited may make one. */
@FunctionalInterface
public interface InvitedRegistration {
    boolean takesInvited();
}
