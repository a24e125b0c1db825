package im.gatehouse.modules.visitors;

import im.gatehouse.modules.visitors.VisitorsStore.Figure;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SequencedMap;

/** Writes tables as the reference stores and documents them. */
final class LuaWriter {
    private LuaWriter() {}

    /** The figures of months. */
    static String months(SequencedMap<String, List<Figure>> months) {
        StringBuilder text = new StringBuilder("return {\n");
        months.forEach((month, figures) -> {
            text.append("    [").append(quoted(month)).append("] = {\n");
            for (Figure figure : figures) {
                text.append("        [").append(quoted(figure.cell())).append("] = ").append(figure.total());
                text.append(";\n");
            }
            text.append("    };\n");
        });
        return text.append("};\n").toString();
    }

    /** The month in which a user was counted last. */
    static String user(String month) {
        return "return {\n    [\"last-recorded\"] = " + quoted(month) + ";\n};\n";
    }

    /** A string of Lua: what is not plain is written as its bytes. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.chars().forEach(c -> {
            if (c == '"' || c == '\\') {
                quoted.append('\\').append((char) c);
            } else if (c < ' ' || c == 0x7f) {
                quoted.append("\\%03d".formatted(c));
            } else {
                quoted.append((char) c);
            }
        });
        return quoted.append('"').toString();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
