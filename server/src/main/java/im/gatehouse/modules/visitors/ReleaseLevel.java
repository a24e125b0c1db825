package im.gatehouse.modules.visitors;

/** In which form figures leave the server. */
enum ReleaseLevel {
    /** As they are, for administrators alone. */
    EXACT,
    /** Only sums of at least k users. */
    K,
    /** With noise, drawn once for each month. */
    DP
}
