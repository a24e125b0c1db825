package im.gatehouse.modules.muc;

import im.gatehouse.xml.Element;

/** The numbers by which a room tells clients what happened (XEP-0045 section 15.6.2). */
enum Status {
    NON_ANONYMOUS(100),
    AFFILIATION_CHANGED(101),
    CONFIGURATION_CHANGED(104),
    SELF(110),
    LOGGED(170),
    NO_LONGER_LOGGED(171),
    NOW_NON_ANONYMOUS(172),
    NOW_SEMI_ANONYMOUS(173),
    CREATED(201),
    NICK_ASSIGNED(210),
    BANNED(301),
    NICK_CHANGED(303),
    KICKED(307),
    AFFILIATION_LOST(321),
    NOW_MEMBERS_ONLY(322),
    SERVICE_STOPS(332),
    ERROR(333);

    private final Element element;

    Status(int code) {
        element = Element.builder("status", Muc.USER)
                .attribute("code", Integer.toString(code))
                .build();
    }

    Element element() {
        return element;
    }
}
