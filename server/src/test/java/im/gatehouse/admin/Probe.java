package im.gatehouse.admin;

import im.gatehouse.module.AdminCall;
import im.gatehouse.module.AdminException;
import im.gatehouse.module.AdminOperations;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Operations that a module might bring: they note what they are called with. */
public final class Probe {
    private static final String SCHEMA = """
            extend type AdminQuery {
              "Things to try"
              probe: ProbeAdminQuery
            }
            extend type AdminMutation {
              "Things to try"
              probe: ProbeAdminMutation
            }
            "Things to ask"
            type ProbeAdminQuery {
              "Says what it was given"
              echo(text: String, number: Int, flag: Boolean, colour: Colour, jids: [JID!], numbers: [Int!],
                   shape: ShapeInput, moment: DateTime, big: Long, name: UserName, resource: ResourceName): String
              "A report as text"
              report(domain: DomainName!, format: ReportFormat @rawText): String
              "Where a file is"
              whereIs(
                "The file"
                file: NonEmptyString! @path
              ): String
              "Fails"
              crash: Boolean
              "Things in each other"
              nested: Outer
              "One of several things"
              either: [Either]
              "Those who are blocked"
              listBlockedUsers(
                "Whose"
                domain: DomainName!
                "How many at most"
                limit: PosInt
                "From where"
                index: NonNegInt
              ): [BlockedUser!]
            }
            "Things to do"
            type ProbeAdminMutation {
              "Blocks a user"
              addUser(
                "The address of the user"
                user: JID!
                "What the user is told"
                reason: NonEmptyString
              ): Boolean
              "Takes a while"
              work(steps: PosInt!): Int
              "Needs two things"
              needsTwo(user: JID!, reason: NonEmptyString!): Boolean
              "Refuses"
              refuse(user: JID!): Boolean
            }
            enum Colour { RED GREEN }
            enum ReportFormat { table csv lua }
            input ShapeInput { corners: Int!, label: String }
            type BlockedUser { jid: JID! reason: String }
            type Outer { name: String! inner: Inner! }
            type Inner { name: String! outer: Outer values: [Int!]! }
            union Either = First | Second
            type First { one: String! }
            type Second { two: Int! }
            """;

    private record BlockedUser(String jid, @org.jspecify.annotations.Nullable String reason) {}

    private record Outer(String name, Inner inner) {}

    private record Inner(String name, List<Integer> values) {}

    private record First(String one) {}

    private record Second(int two) {}

    /** What was called, with its arguments, in order. */
    public final List<String> calls = Collections.synchronizedList(new ArrayList<>());

    public AdminOperations operations() {
        return AdminOperations.of(SCHEMA)
                .global("ProbeAdminQuery", "echo", call -> noted("echo", call).arguments().toString())
                .forDomainOf("domain", "ProbeAdminQuery", "report", call -> noted("report", call)
                                .arguments()
                                .containsKey("format")
                        ? "return {\n};\n"
                        : "{}")
                .global("ProbeAdminQuery", "whereIs", call -> call.string("file"))
                .global("ProbeAdminQuery", "crash", _ -> {
                    throw new IllegalStateException("a secret detail");
                })
                .global("ProbeAdminQuery", "nested", _ -> new Outer("out", new Inner("in", List.of(1, 2))))
                .global("ProbeAdminQuery", "either", _ -> List.of(new First("1"), new Second(2)))
                .forDomainOf("domain", "ProbeAdminQuery", "listBlockedUsers", call -> {
                    noted("listBlockedUsers", call);
                    return List.of(new BlockedUser("alice@a.example", null));
                })
                .forDomainOf("user", "ProbeAdminMutation", "addUser", call -> {
                    noted("addUser", call);
                    return true;
                })
                .global("ProbeAdminMutation", "work", this::work)
                .forDomainOf("user", "ProbeAdminMutation", "needsTwo", _ -> true)
                .forDomainOf("user", "ProbeAdminMutation", "refuse", call -> {
                    throw new AdminException("user_not_found", "User does not exist").with("user", call.jid("user"));
                });
    }

    private AdminCall noted(String name, AdminCall call) {
        calls.add(name + new java.util.TreeMap<>(call.arguments()));
        return call;
    }

    private int work(AdminCall call) {
        int steps = call.integer("steps", 0);
        for (int i = 1; i <= steps; i++) {
            call.report().accept("step " + i);
        }
        return steps;
    }
}
