package im.gatehouse.app;

import im.gatehouse.module.ServerModule;
import im.gatehouse.modules.adhoc.AdHocModule;
import im.gatehouse.modules.announce.AnnounceModule;
import im.gatehouse.modules.archive.ArchiveModule;
import im.gatehouse.modules.avatar.AvatarModule;
import im.gatehouse.modules.blocking.BlockingModule;
import im.gatehouse.modules.blocklist.BlocklistModule;
import im.gatehouse.modules.bookmarks.BookmarksModule;
import im.gatehouse.modules.caps.CapsModule;
import im.gatehouse.modules.carbons.CarbonsModule;
import im.gatehouse.modules.contactinfo.ContactInfoModule;
import im.gatehouse.modules.csi.CsiModule;
import im.gatehouse.modules.disco.DiscoModule;
import im.gatehouse.modules.extdisco.ExtDiscoModule;
import im.gatehouse.modules.invites.InvitesModule;
import im.gatehouse.modules.lastactivity.LastActivityModule;
import im.gatehouse.modules.mds.MdsModule;
import im.gatehouse.modules.muc.MucModule;
import im.gatehouse.modules.muclimits.MucLimitsModule;
import im.gatehouse.modules.offline.OfflineModule;
import im.gatehouse.modules.pep.PepModule;
import im.gatehouse.modules.ping.PingModule;
import im.gatehouse.modules.presence.PresenceModule;
import im.gatehouse.modules.privatestorage.PrivateStorageModule;
import im.gatehouse.modules.pubsub.PubsubModule;
import im.gatehouse.modules.push.PushModule;
import im.gatehouse.modules.register.RegisterModule;
import im.gatehouse.modules.roster.RosterModule;
import im.gatehouse.modules.streammanagement.StreamManagementModule;
import im.gatehouse.modules.time.TimeModule;
import im.gatehouse.modules.vcard.VCardModule;
import im.gatehouse.modules.vcard4.VCard4Module;
import im.gatehouse.modules.version.VersionModule;
import im.gatehouse.modules.visitors.VisitorsModule;
import java.util.List;

/** All modules there are. To add a feature is to add its package and a line here. */
public final class Modules {
    private Modules() {}

    public static List<ServerModule<?>> all() {
        return List.of(
                new RosterModule(),
                new PresenceModule(),
                new BlockingModule(),
                new OfflineModule(),
                new MucModule(),
                new MucLimitsModule(),
                new ArchiveModule(),
                new CarbonsModule(),
                new BlocklistModule(),
                new VisitorsModule(),
                new DiscoModule(),
                new ContactInfoModule(),
                new PingModule(),
                new VersionModule(),
                new TimeModule(),
                new LastActivityModule(),
                new VCardModule(),
                new PrivateStorageModule(),
                new AdHocModule(),
                new AnnounceModule(),
                new InvitesModule(),
                new RegisterModule(),
                new CsiModule(),
                new StreamManagementModule(),
                new CapsModule(),
                new PubsubModule(),
                new PepModule(),
                new AvatarModule(),
                new BookmarksModule(),
                new MdsModule(),
                new VCard4Module(),
                new ExtDiscoModule(),
                new PushModule());
    }
}
