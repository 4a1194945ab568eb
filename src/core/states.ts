/** The states of a future: it leaves PENDING once, for one of the others, and stays there. */
export const PENDING = 0;
export const RESULT = 1;
export const EXCEPTION = 2;
export const CANCELLED = 3;
