package im.gatehouse.xml;

import com.code_intelligence.jazzer.junit.FuzzTest;

/**
 * Looks for documents that the reader and the JDK's parser see differently.
 *
 * <p>Without {@code JAZZER_FUZZ=1} in the environment only the seeds are tried.
 */
class XmlReaderFuzzTest {
    private final StaxOracle oracle = new StaxOracle();

    @FuzzTest(maxDuration = "10m")
    void everyDocumentIsJudgedAsTheJdkJudgesIt(byte[] document) {
        XmlReaderDifferentialTest.compare(oracle, document);
    }
}
