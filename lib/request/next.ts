/** What Express and Connect hand to a middleware: goes on, or to the error handler. */
export type Next = (error?: unknown) => void;
