/**
 * The states of a future: it leaves PENDING once, for one of the others, and stays there. Up to PENDING it is pending: a
 * task keeps its flags (suspension.ts) in the two bits below, which spares each task a field.
 */
export const PENDING = 3;
export const RESULT = 4;
export const EXCEPTION = 8;
export const CANCELLED = 12;
