/** CommonJS, because only `require` can find out synchronously, without a top-level await, that a package is missing. */
import type Libsql = require('libsql');

/** The driver `libsql`, an optional peer dependency. Throws what Node throws for a missing package. */
function loadDriver(): typeof Libsql {
  return require('libsql');
}

export = loadDriver;
