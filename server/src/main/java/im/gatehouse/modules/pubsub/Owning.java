package im.gatehouse.modules.pubsub;

import im.gatehouse.form.DataForm;
import im.gatehouse.jid.Jid;
import im.gatehouse.modules.pubsub.setting.DeliverPayloads;
import im.gatehouse.modules.pubsub.setting.MaxItems;
import im.gatehouse.modules.pubsub.setting.NodeConfig;
import im.gatehouse.modules.pubsub.setting.NotifyConfig;
import im.gatehouse.modules.pubsub.setting.NotifyDelete;
import im.gatehouse.modules.pubsub.setting.SendLastItem;
import im.gatehouse.stanza.Iq;
import im.gatehouse.stanza.OnlyChild;
import im.gatehouse.stanza.StanzaError.Condition;
import im.gatehouse.stanza.StanzaException;
import im.gatehouse.xml.Element;
import org.jspecify.annotations.Nullable;

/** Lets owners configure and delete their nodes (XEP-0060 sections 8.2 to 8.4). */
final class Owning {
    private final Parts parts;
    private final Creation creation;
    private final Subscribing subscribing;

    Owning(Parts parts, Creation creation, Subscribing subscribing) {
        this.parts = parts;
        this.creation = creation;
        this.subscribing = subscribing;
    }

    // --- configuration (sections 8.2 and 8.3) ---

    Iq configuration(Asked asked) {
        Node node = parts.owned(asked);
        return asked.answer(Element.builder("configure", Pubsub.OWNER)
                .attribute("node", node.name())
                .child(form(node.config()))
                .build());
    }

    private static Element form(NodeConfig config) {
        return DataForm.of(DataForm.Type.FORM, Pubsub.NODE_CONFIG, "How the node is", config.fields())
                .toElement();
    }

    Iq defaults(Asked asked) {
        NodeConfig defaults = creation.defaults(asked.service(), "");
        return asked.answer(
                Element.builder("default", Pubsub.OWNER).child(form(defaults)).build());
    }

    Iq configure(Asked asked) {
        DataForm form = Asked.form(asked.action(), Pubsub.NODE_CONFIG);
        return parts.inTurn(asked.service(), asked.node(), work -> {
            Node node = parts.owned(asked);
            if (form == null) {
                throw new StanzaException(Condition.BAD_REQUEST, "The form is missing");
            }
            if (form.type() == DataForm.Type.SUBMIT) {
                configure(work, node, node.config().submitted(form));
            }
            return asked.request().result();
        });
    }

    private void configure(Parts.Work work, Node node, NodeConfig config) {
        creation.check(node.config(), config);
        Node after = node.with(config);
        work.store(after, db -> {
            parts.store.config(db, node.id(), config);
            if (!Publishing.isPersistent(after)) {
                parts.store.purge(db, node.id());
            } else {
                int most = Math.min(config.get(MaxItems.SETTING), parts.profile.limits().maxItems());
                parts.store.trim(db, node.id(), most);
            }
        });
        if (config.get(NotifyConfig.SETTING)) {
            Element told = Element.builder("configuration", Pubsub.EVENT)
                    .attribute("node", node.name())
                    .child(config.get(DeliverPayloads.SETTING) ? result(config) : null)
                    .build();
            parts.notifier.tell(work.turn(), after, told);
        }
        welcome(work, node, after);
    }

    /** Those who hear without a subscription, and may read from now on, get the last item (section 12.2). */
    private void welcome(Parts.Work work, Node before, Node after) {
        if (before.access() == after.access()
                || after.config().get(SendLastItem.SETTING) != SendLastItem.When.ON_SUB_AND_PRESENCE) {
            return;
        }
        parts.profile.listeners(after).stream()
                .filter(listener -> !parts.access.mayRead(before, listener))
                .filter(listener -> parts.access.mayRead(after, listener))
                .forEach(listener -> subscribing.sendLast(work, after, listener));
    }

    private static Element result(NodeConfig config) {
        return DataForm.of(DataForm.Type.RESULT, Pubsub.NODE_CONFIG, null, config.fields())
                .toElement();
    }

    // --- the end of a node (section 8.4) ---

    Iq delete(Asked asked) {
        Element redirect = OnlyChild.of(asked.action(), "redirect", Pubsub.OWNER);
        String uri = redirect == null ? null : redirect.attribute("uri");
        if (redirect != null && (uri == null || uri.isEmpty())) {
            throw new StanzaException(Condition.BAD_REQUEST, "A redirect names a uri");
        }
        if (uri != null && Asked.bytes(uri) > Limits.ID_BYTES) {
            throw new StanzaException(
                    Condition.NOT_ACCEPTABLE, "A redirect has at most " + Limits.ID_BYTES + " bytes");
        }
        delete(asked.service(), asked.node(), asked.asker(), uri);
        return asked.request().result();
    }

    /** Deletes a node on behalf of an owner. */
    void delete(Jid service, String name, Jid asker, @Nullable String redirect) {
        parts.inTurn(service, name, work -> {
            Node node = parts.existing(service, name, asker);
            parts.access.checkOwns(node, asker);
            work.delete(node, asker, redirect);
            work.tellModules(new Engine.Change(node, null, null, asker));
            if (node.config().get(NotifyDelete.SETTING)) {
                parts.notifier.tellOfEnd(work.turn(), node, deleted(name, redirect));
            }
            return true;
        });
    }

    private static Element deleted(String name, @Nullable String redirect) {
        Element.Builder deleted = Element.builder("delete", Pubsub.EVENT).attribute("node", name);
        if (redirect != null) {
            deleted.child(Element.builder("redirect", Pubsub.EVENT)
                    .attribute("uri", redirect)
                    .build());
        }
        return deleted.build();
    }
}
