/** How much of the log each append may clear away, and how long what no session can need is kept. */

/** Entries looked at in one step: an append must stay short however much has expired. */
export const EXPIRED_PER_STEP = 256;

/** Refreshes, and tags of entries under the base: a retry must still find its own. An hour, in milliseconds. */
export const AFTERLIFE = 3_600_000;
