package im.gatehouse.modules.pubsub;

import im.gatehouse.jid.Jid;
import im.gatehouse.module.ModuleContext;
import im.gatehouse.module.PresenceAccess;
import im.gatehouse.modules.pubsub.setting.AccessModel;
import im.gatehouse.modules.pubsub.setting.PublishModel;
import im.gatehouse.modules.pubsub.setting.RosterGroups;
import im.gatehouse.modules.roster.RosterItem;
import im.gatehouse.modules.roster.Rosters;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who may do what at a node (XEP-0060 sections 4.1 and 4.5). May block. */
final class Access {
    private final ModuleContext context;
    private final Profile profile;

    Access(ModuleContext context, Profile profile) {
        this.context = context;
        this.profile = profile;
    }

    /** What somebody is to a node. */
    Affiliation affiliation(Node node, Jid somebody) {
        Affiliation standing = profile.standing(node.service(), somebody);
        return standing != Affiliation.NONE
                ? standing
                : node.affiliations().getOrDefault(somebody.bare(), Affiliation.NONE);
    }

    /**
     * @throws StanzaException {@code forbidden} for everybody but owners
     */
    void checkOwns(Node node, Jid asker) {
        if (affiliation(node, asker) != Affiliation.OWNER) {
            throw Refusals.forbidden();
        }
    }

    /**
     * @throws StanzaException {@code forbidden} to those who may not publish
     */
    void checkPublishes(Node node, Jid asker) {
        Affiliation affiliation = affiliation(node, asker);
        boolean may = affiliation.publishes()
                || affiliation != Affiliation.OUTCAST
                        && switch (node.config().get(PublishModel.SETTING)) {
                            case PUBLISHERS -> false;
                            case SUBSCRIBERS -> isSubscribed(node, asker);
                            case OPEN -> true;
                        };
        if (!may) {
            throw Refusals.forbidden();
        }
    }

    private boolean isSubscribed(Node node, Jid somebody) {
        Subscription subscription = node.subscription(somebody);
        return subscription != null && subscription.isActive(context.time().now());
    }

    /**
     * @throws StanzaException with the error of section 6.5.9 to those who may not ask for items
     */
    void checkReads(Node node, Jid asker) {
        StanzaException refusal = refusal(node, asker);
        if (refusal != null) {
            throw refusal;
        }
    }

    /** Whether somebody may ask for items, and so be told of them. */
    boolean mayRead(Node node, Jid somebody) {
        return refusal(node, somebody) == null;
    }

    /**
     * Whether somebody could know of a node: it lets everybody read, publish or ask to be let in, or somebody is
     * something to it, or waits.
     */
    boolean mayKnowOf(Node node, Jid somebody) {
        return node.access() == AccessModel.Access.AUTHORIZE
                || node.config().get(PublishModel.SETTING) == PublishModel.Publishers.OPEN
                || affiliation(node, somebody) != Affiliation.NONE
                || node.subscription(somebody) != null
                || mayRead(node, somebody);
    }

    /** As {@link #mayRead}, of somebody who is known to see the owner's presence. */
    boolean contactMayRead(Node node, Jid contact) {
        boolean byPresence =
                switch (node.access()) {
                    case OPEN, PRESENCE -> true;
                    case ROSTER, AUTHORIZE, WHITELIST -> false;
                };
        return byPresence && node.affiliations().isEmpty() || mayRead(node, contact);
    }

    private @Nullable StanzaException refusal(Node node, Jid asker) {
        Affiliation affiliation = affiliation(node, asker);
        if (affiliation.reads()) {
            return null;
        }
        if (affiliation == Affiliation.OUTCAST || affiliation == Affiliation.PUBLISH_ONLY) {
            return Refusals.forbidden();
        }
        return switch (node.access()) {
            case OPEN -> null;
            case PRESENCE -> seesPresence(node, asker) ? null : noPresence();
            case ROSTER -> isInRosterGroup(node, asker) ? null : notInRosterGroup();
            case AUTHORIZE -> isSubscribed(node, asker) ? null : notSubscribed();
            case WHITELIST -> Refusals.of(Condition.NOT_ALLOWED, "closed-node");
        };
    }

    /**
     * @return whether an owner has yet to approve of the subscription
     * @throws StanzaException with the error of section 6.1.3 to those who may not subscribe
     */
    boolean checkSubscribes(Node node, Jid asker) {
        StanzaException refusal = refusal(node, asker);
        boolean waits = refusal != null
                && node.access() == AccessModel.Access.AUTHORIZE
                && affiliation(node, asker) == Affiliation.NONE;
        if (refusal != null && !waits) {
            throw refusal;
        }
        return waits;
    }

    private static StanzaException noPresence() {
        return Refusals.of(Condition.NOT_AUTHORIZED, "presence-subscription-required");
    }

    private static StanzaException notInRosterGroup() {
        return Refusals.of(Condition.NOT_AUTHORIZED, "not-in-roster-group");
    }

    static StanzaException notSubscribed() {
        return Refusals.of(Condition.NOT_AUTHORIZED, "not-subscribed");
    }

    /** Whether somebody sees the presence of an owner, or is one. */
    boolean seesPresence(Node node, Jid asker) {
        return profile.owners(node).stream().anyMatch(owner -> PresenceAccess.mayKnow(context, owner, asker));
    }

    private boolean isInRosterGroup(Node node, Jid asker) {
        Rosters rosters = context.optionalService(Rosters.class).orElse(null);
        List<String> groups = node.config().get(RosterGroups.SETTING);
        return rosters != null
                && profile.owners(node).stream().anyMatch(owner -> {
                    RosterItem item = rosters.item(owner, asker.bare());
                    return item.listed() && item.groups().stream().anyMatch(groups::contains);
                });
    }
}
