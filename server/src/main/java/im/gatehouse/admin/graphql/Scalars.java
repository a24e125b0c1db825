package im.gatehouse.admin.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.IntValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.CoercingSerializeException;
import graphql.schema.GraphQLScalarType;
import im.gatehouse.config.Durations;
import im.gatehouse.jid.Jid;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The scalars of the schema, named as MongooseIM's, and what a value must be like. */
final class Scalars {
    /** Those the schema has beside GraphQL's own. */
    static final List<GraphQLScalarType> ALL = List.of(
            text("JID", "An address with a local part: user@domain or user@domain/resource", Scalars::jid),
            text("BareJID", "An address with a local part and without a resource", Scalars::bareJid),
            text("FullJID", "An address with a local part and a resource", Scalars::fullJid),
            text("UserName", "The local part of an address", text -> Jid.of(notEmpty(text), "localhost").local()),
            text("RoomName", "The local part of a room's address", text -> Jid.of(notEmpty(text), "localhost").local()),
            text("DomainName", "A domain", text -> Jid.ofDomain(notEmpty(text)).domain()),
            text("ResourceName", "The resource of an address", Scalars::resource),
            text("NonEmptyString", "A text of at least one character", Scalars::notEmpty),
            text("DateTime", "A moment in ISO 8601, such as 2027-01-01T00:00:00Z", Scalars::moment),
            text("Duration", "A length of time, such as 90s, 1h 30m or 7d", Durations::parse),
            number("PosInt", "A whole number from 1", 1, Integer.MAX_VALUE, Long::intValue),
            number("NonNegInt", "A whole number from 0", 0, Integer.MAX_VALUE, Long::intValue),
            number("Long", "A whole number of 64 bits", Long.MIN_VALUE, Long.MAX_VALUE, number -> number),
            number("SafeInt", "A whole number of 53 bits", -(1L << 53), 1L << 53, number -> number));

    private Scalars() {}

    private static Object jid(String text) {
        Jid jid = Jid.parse(text);
        if (!jid.hasLocal()) {
            throw new IllegalArgumentException("the address has no local part");
        }
        return jid;
    }

    private static Object bareJid(String text) {
        if (jid(text) instanceof Jid jid && jid.isFull()) {
            throw new IllegalArgumentException("the address has a resource");
        }
        return jid(text);
    }

    private static Object fullJid(String text) {
        if (jid(text) instanceof Jid jid && jid.isBare()) {
            throw new IllegalArgumentException("the address has no resource");
        }
        return jid(text);
    }

    private static Object resource(String text) {
        return Jid.of("user", "localhost", notEmpty(text)).resource();
    }

    private static String notEmpty(String text) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("the text is empty");
        }
        return text;
    }

    private static Object moment(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("it is no moment such as 2027-01-01T00:00:00Z", e);
        }
    }

    private static GraphQLScalarType text(String name, String description, Function<String, Object> reader) {
        return scalar(name, description, new Rule(name) {
            @Override
            Object read(Object raw) {
                if (!(raw instanceof String text)) {
                    throw new IllegalArgumentException("it is no text");
                }
                return reader.apply(text);
            }

            @Override
            Object write(Object value) {
                return switch (value) {
                    case Duration length -> Durations.print(length);
                    default -> value.toString();
                };
            }
        });
    }

    private static GraphQLScalarType number(
            String name, String description, long least, long most, Function<Long, Object> result) {
        return scalar(name, description, new Rule(name) {
            @Override
            Object read(Object raw) {
                long number = whole(raw);
                if (number < least || number > most) {
                    throw new IllegalArgumentException("the number is not from " + least + " to " + most);
                }
                return result.apply(number);
            }

            @Override
            Object write(Object value) {
                return result.apply(whole(value));
            }
        });
    }

    private static long whole(Object raw) {
        try {
            return switch (raw) {
                case BigInteger big -> big.longValueExact();
                case Integer number -> number.longValue();
                case Long number -> number;
                default -> throw new IllegalArgumentException("it is no whole number");
            };
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("the number is too large", e);
        }
    }

    private static GraphQLScalarType scalar(String name, String description, Rule rule) {
        return GraphQLScalarType.newScalar()
                .name(name)
                .description(description)
                .coercing(rule)
                .build();
    }

    /** What GraphQL asks of a scalar, said in two methods. */
    private abstract static class Rule implements Coercing<Object, Object> {
        private static final int LONGEST_SHOWN = 200;

        private final String name;

        Rule(String name) {
            this.name = name;
        }

        /**
         * A value that was given, as the resolver gets it.
         *
         * @throws IllegalArgumentException when it is not allowed, with the reason
         */
        abstract Object read(Object raw);

        /** A value of an answer as JSON has it. */
        abstract Object write(Object value);

        @Override
        public Object serialize(Object value, GraphQLContext context, Locale locale) {
            try {
                return write(value);
            } catch (IllegalArgumentException e) {
                throw CoercingSerializeException.newCoercingSerializeException()
                        .message(refusal(value, e))
                        .build();
            }
        }

        @Override
        public @Nullable Object parseValue(Object raw, GraphQLContext context, Locale locale) {
            try {
                return read(raw);
            } catch (IllegalArgumentException e) {
                throw CoercingParseValueException.newCoercingParseValueException()
                        .message(refusal(raw, e))
                        .build();
            }
        }

        @Override
        public @Nullable Object parseLiteral(
                Value<?> literal, CoercedVariables variables, GraphQLContext context, Locale locale) {
            Object raw = switch (literal) {
                case StringValue string -> string.getValue();
                case IntValue number -> number.getValue();
                default -> literal;
            };
            try {
                return read(raw);
            } catch (IllegalArgumentException e) {
                String shown = raw == literal ? literal.getClass().getSimpleName() : String.valueOf(raw);
                throw CoercingParseLiteralException.newCoercingParseLiteralException()
                        .message(refusal(shown, e))
                        .build();
            }
        }

        @Override
        public Value<?> valueToLiteral(Object value, GraphQLContext context, Locale locale) {
            return switch (write(value)) {
                case Long number -> new IntValue(BigInteger.valueOf(number));
                case Integer number -> new IntValue(BigInteger.valueOf(number));
                case Object other -> new StringValue(other.toString());
            };
        }

        private String refusal(Object raw, IllegalArgumentException reason) {
            String shown = raw instanceof String text ? '"' + shortened(text) + '"' : String.valueOf(raw);
            return "'" + shown + "' is no " + name + ": " + reason.getMessage();
        }

        /** A value that is known by its beginning: errors are read by people. */
        private static String shortened(String text) {
            return text.length() <= LONGEST_SHOWN ? text : text.substring(0, LONGEST_SHOWN) + '…';
        }
    }
}
