package im.gatehouse.session;

/** Whether somebody who proved who they are may come in: what {@link Sessions#admit} answers. */
public sealed interface Decision permits Admission, Refusal {}
