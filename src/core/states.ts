/**
 * The states of a future: it leaves PENDING once, for one of the others, and stays there. Up to PENDING it is pending: a
 * task keeps its flags (suspension.ts) in the three bits below, which spares each task a field.
 */
export const PENDING = 7;
export const RESULT = 8;
export const EXCEPTION = 16;
export const CANCELLED = 24;
