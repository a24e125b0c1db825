package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportFormatTest {
    private static final MonthReport REPORT = new MonthReport(
            "localhost",
            "2018-05",
            List.of(new Figure("geo-GB-ENG-2655045", 12), new Figure("geo-BT-?-?", 3), new Figure("geo-?-?-?", 1)),
            List.of(new Figure("client-a,\"b\\", 15), new Figure("client-?", 1)));

    @Test
    void aTableIsForPeople() {
        assertEquals(
                """
                localhost, 2018-05: 16 users

                Place               Users    Share
                GB-ENG-2655045         12   75.0 %
                BT                      3   18.8 %
                unknown                 1    6.3 %

                Client      Users    Share
                a,"b\\          15   93.8 %
                ?               1    6.3 %
                """,
                ReportFormat.TABLE.print(REPORT));
    }

    @Test
    void csvQuotesWhatHasCommas() {
        assertEquals(
                List.of(
                        "domain,month,cell,users",
                        "localhost,2018-05,geo-GB-ENG-2655045,12",
                        "localhost,2018-05,geo-BT-?-?,3",
                        "localhost,2018-05,geo-?-?-?,1",
                        "localhost,2018-05,\"client-a,\"\"b\\\",15",
                        "localhost,2018-05,client-?,1"),
                ReportFormat.CSV.print(REPORT).lines().toList());
    }

    @Test
    void luaEscapesWhatWouldEndAString() {
        assertEquals(
                """
                return {
                    ["2018-05"] = {
                        ["geo-GB-ENG-2655045"] = 12;
                        ["geo-BT-?-?"] = 3;
                        ["geo-?-?-?"] = 1;
                        ["client-a,\\"b\\\\"] = 15;
                        ["client-?"] = 1;
                    };
                };
                """,
                ReportFormat.LUA.print(REPORT));
    }

    @Test
    void aMonthWithoutVisitorsIsPrintedToo() {
        MonthReport none = new MonthReport("localhost", "2018-04", List.of(), List.of());
        assertEquals("return {\n    [\"2018-04\"] = {\n    };\n};\n", ReportFormat.LUA.print(none));
        assertEquals(
                "localhost, 2018-04: 0 users\n\nPlace      Users    Share\n\nClient      Users    Share\n",
                ReportFormat.TABLE.print(none));
    }
}
