package im.gatehouse.stream.sasl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import im.gatehouse.account.ScramHash;
import java.util.List;
import org.junit.jupiter.api.Test;

class OfferTest {
    @Test
    void theExampleOfXep0474HasTheHashThatIsPrinted() {
        Offer offer = Offer.of(
                List.of(MechanismName.SCRAM_SHA_1_PLUS, MechanismName.SCRAM_SHA_1),
                List.of("tls-server-end-point", "tls-exporter"));
        assertEquals("SCRAM-SHA-1\u001eSCRAM-SHA-1-PLUS\u001ftls-exporter\u001etls-server-end-point", offer.text());
        assertEquals("G6k/rBLDqgOhRRaCuuatSDFkJ08=", offer.hash(ScramHash.SHA_1));
    }

    @Test
    void withoutTypesOfBindingTheirPartIsMissing() {
        assertEquals("PLAIN", Offer.of(List.of(MechanismName.PLAIN), List.of()).text());
    }
}
