package im.gatehouse.modules.visitors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportFormatTest {
    private static final MonthReport REPORT = new MonthReport(
            "localhost",
            "2018-05",
            List.of(new Figure("geo-GB-ENG-2655045", 12), new Figure("geo-BT-?-?", 3), new Figure("geo-?-?-?", 1)),
            List.of(new Figure("client-a,\"b\\", 15), new Figure("client-?", 1)),
            new MonthReport.Form.Exact());

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
                        "domain,month,cell,users,remark",
                        "localhost,2018-05,geo-GB-ENG-2655045,12,",
                        "localhost,2018-05,geo-BT-?-?,3,",
                        "localhost,2018-05,geo-?-?-?,1,",
                        "localhost,2018-05,\"client-a,\"\"b\\\",15,",
                        "localhost,2018-05,client-?,1,"),
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
        MonthReport none = new MonthReport("localhost", "2018-04", List.of(), List.of(), new MonthReport.Form.Exact());
        assertEquals("return {\n    [\"2018-04\"] = {\n    };\n};\n", ReportFormat.LUA.print(none));
        assertEquals(
                "localhost, 2018-04: 0 users\n\nPlace      Users    Share\n\nClient      Users    Share\n",
                ReportFormat.TABLE.print(none));
    }

    @Test
    void whatWasDoneToFiguresIsToldWithThem() {
        MonthReport grouped = new MonthReport(
                "localhost",
                "2018-05",
                List.of(new Figure("geo-?-?-?", 12)),
                List.of(new Figure("client-?", 12)),
                new MonthReport.Form.AtLeast(10));
        String remark = "each figure is of at least 10 users; smaller ones are part of coarser or unknown ones";
        assertTrue(ReportFormat.TABLE.print(grouped).startsWith("localhost, 2018-05: 12 users\n" + remark + "\n\n"));
        assertTrue(ReportFormat.CSV.print(grouped).contains("localhost,2018-05,geo-?-?-?,12," + remark));
        assertTrue(ReportFormat.LUA.print(grouped).startsWith("-- " + remark + "\nreturn {\n"));
        MonthReport noisy = new MonthReport(
                "localhost", "2018-05", List.of(), List.of(new Figure("client-?", 3)),
                new MonthReport.Form.Noisy(PrivacyBudget.DEFAULT));
        assertTrue(ReportFormat.TABLE
                .print(noisy)
                .contains("epsilon = 1.0, delta = 1.0E-6 a month; a year of months: epsilon = 12.0, delta = 1.2E-5"));
    }

    @Test
    void tooFewUsersAreNotTold() {
        MonthReport none = new MonthReport(
                "localhost", "2018-05", List.of(), List.of(), new MonthReport.Form.AtLeast(10));
        assertTrue(ReportFormat.TABLE.print(none).startsWith("localhost, 2018-05: too few users to be told\n"));
    }
}
