package im.gatehouse.account;
public record ScramSettings(int iterations) {}
